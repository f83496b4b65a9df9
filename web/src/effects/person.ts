import { ImageSegmenter } from "@mediapipe/tasks-vision";
import loader from "../../node_modules/@mediapipe/tasks-vision/wasm/vision_wasm_internal.js?url";
import program from "../../node_modules/@mediapipe/tasks-vision/wasm/vision_wasm_internal.wasm?url";
import model from "./person.tflite?url";

/** The size the model looks at; more would only be made smaller. */
export const seen = { width: 256, height: 144 } as const;

/** How sure the model is that a point belongs to a person: 0 to 1, row by row. */
export type Finder = (picture: OffscreenCanvas) => Float32Array;

/** Loads the model and the program that runs it, both from our own host. */
export async function loadFinder(): Promise<Finder> {
  const segmenter = await ImageSegmenter.createFromOptions({ wasmLoaderPath: loader, wasmBinaryPath: program }, { baseOptions: { modelAssetPath: model, delegate: "CPU" }, runningMode: "VIDEO", outputConfidenceMasks: true, outputCategoryMask: false });
  let last = 0;
  return (picture) => {
    // It refuses a time that is not later than the last one.
    last = Math.max(last + 1, Math.round(performance.now()));
    let found = new Float32Array(0);
    segmenter.segmentForVideo(picture, last, (result) => {
      found = result.confidenceMasks![0]!.getAsFloat32Array().slice();
    });
    return found;
  };
}
