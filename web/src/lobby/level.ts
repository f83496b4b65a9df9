/** How loud the samples (-1..1) are, from 0 to 100 on the scale of an ear: -60 dB is silence. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  if (rms <= 0) return 0;
  const decibels = 20 * Math.log10(rms);
  return Math.round(Math.min(100, Math.max(0, ((decibels + 60) / 60) * 100)));
}

/** Whether the microphone delivers anything: a quiet room still rustles, a dead microphone is exactly still. */
export const hasSignal = (samples: Float32Array) => samples.some((sample) => Math.abs(sample) > 1e-5);

/** Reports the loudness of a microphone until stopped. Nothing leaves the browser. */
export function watchLevel(track: MediaStreamTrack, onLevel: (level: number, signal: boolean) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 4096; // 85 ms at 48 kHz: no gap between two looks.
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  void context.resume();
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(loudness(samples), hasSignal(samples));
  }, 80);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
