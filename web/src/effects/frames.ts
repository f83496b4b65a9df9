/** Paints one picture of the camera anew; the result is read at once. */
export type Paint = (picture: CanvasImageSource, width: number, height: number) => OffscreenCanvas;

/** Pictures wider than this are painted smaller: old machines have to keep up. */
export const widest = 960;

// What Chromium has beyond the standard types: pictures one by one, also while the window is hidden.
type Reader = { readable: ReadableStream<VideoFrame> };
type Writer = MediaStreamTrack & { writable: WritableStream<VideoFrame> };
declare const MediaStreamTrackProcessor: undefined | (new (of: { track: MediaStreamTrack; maxBufferSize?: number }) => Reader);
declare const MediaStreamTrackGenerator: undefined | (new (of: { kind: "video" }) => Writer);

/** The size of a painted picture: as the camera's, but not wider than allowed; even, as encoders like it. */
export function paintedSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, widest / Math.max(width, 1));
  const even = (length: number) => Math.max(2, 2 * Math.round((length * scale) / 2));
  return { width: even(width), height: even(height) };
}

/**
 * A track with every picture painted anew. When painting fails no picture goes out, never the bare one. After each picture
 * as much time belongs to everything else as the painting took.
 */
export function repainted(camera: MediaStreamTrack, paint: Paint, signal: AbortSignal): MediaStreamTrack {
  const one = typeof MediaStreamTrackProcessor === "function" && typeof MediaStreamTrackGenerator === "function";
  return one ? pictureByPicture(camera, paint, signal) : overAnElement(camera, paint, signal);
}

function pictureByPicture(camera: MediaStreamTrack, paint: Paint, signal: AbortSignal): MediaStreamTrack {
  const painted = new MediaStreamTrackGenerator!({ kind: "video" });
  if (camera.readyState === "ended") return painted;
  const reader = new MediaStreamTrackProcessor!({ track: camera, maxBufferSize: 1 }).readable.getReader();
  const writer = painted.writable.getWriter();
  signal.addEventListener("abort", () => {
    void reader.cancel().catch(() => {});
    void writer.close().catch(() => {});
    painted.stop();
  });
  void (async () => {
    let next = 0;
    for (;;) {
      const { value: picture, done } = await reader.read();
      if (done || signal.aborted) return picture?.close();
      const began = performance.now();
      try {
        if (began < next) continue;
        const canvas = paint(picture, picture.displayWidth, picture.displayHeight);
        await writer.write(new VideoFrame(canvas, { timestamp: picture.timestamp }));
        const now = performance.now();
        next = now + (now - began);
      } finally {
        picture.close();
      }
    }
  })().catch(() => {});
  return painted;
}

function overAnElement(camera: MediaStreamTrack, paint: Paint, signal: AbortSignal): MediaStreamTrack {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([camera]);
  const { width = 640, height = 360 } = camera.getSettings();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, paintedSize(width, height));
  const context = canvas.getContext("2d")!;
  const step = () => {
    if (signal.aborted) return;
    const began = performance.now();
    if (video.videoWidth > 0) {
      const picture = paint(video, video.videoWidth, video.videoHeight);
      if (canvas.width !== picture.width || canvas.height !== picture.height) Object.assign(canvas, { width: picture.width, height: picture.height });
      context.drawImage(picture, 0, 0);
    }
    setTimeout(step, Math.max(gapMs, performance.now() - began));
  };
  void video.play().then(step, () => {});
  const [painted] = canvas.captureStream().getVideoTracks();
  signal.addEventListener("abort", () => {
    video.srcObject = null;
    painted!.stop();
  });
  return painted!;
}

/** Between two pictures over an element, milliseconds: about 20 a second. */
const gapMs = 50;
