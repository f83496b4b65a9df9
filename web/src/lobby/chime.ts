const rate = 24_000;
const notes = [523.25, 659.25, 783.99];
const noteMs = 220;

/** Three rising notes as a WAV file: a tone to test loudspeakers with. */
export function chime(): Uint8Array<ArrayBuffer> {
  const perNote = Math.round((rate * noteMs) / 1000);
  const samples = notes.flatMap((hertz) =>
    Array.from({ length: perNote }, (_, index) => {
      // Fades in and out, so that nothing clicks.
      const fade = Math.min(1, index / 240, (perNote - index) / 1200);
      return Math.round(9_000 * fade * Math.sin((2 * Math.PI * hertz * index) / rate));
    }),
  );
  const file = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (at: number, word: string) => [...word].forEach((sign, index) => file.setUint8(at + index, sign.charCodeAt(0)));
  text(0, "RIFF");
  file.setUint32(4, 36 + samples.length * 2, true);
  text(8, "WAVEfmt ");
  file.setUint32(16, 16, true);
  file.setUint16(20, 1, true); // Plain samples,
  file.setUint16(22, 1, true); // one channel,
  file.setUint32(24, rate, true);
  file.setUint32(28, rate * 2, true);
  file.setUint16(32, 2, true);
  file.setUint16(34, 16, true); // 16 bits each.
  text(36, "data");
  file.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => file.setInt16(44 + index * 2, sample, true));
  return new Uint8Array(file.buffer);
}
