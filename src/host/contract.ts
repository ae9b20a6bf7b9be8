/**
 * What crosses the wire between a page and the host, resource by resource. Requests are zod schemas, parsed
 * at the door; responses are types. The page imports the types of this file and nothing else of the host.
 *
 * Pixels never travel as JSON: `GET /api/series/:id/frames/:index` and `GET /api/layers/:id/frames/:index`
 * answer with raw little-endian bytes and one JSON header, `x-slicebench-header`. A frame's is a FrameHeader,
 * and its body the stored values, then the lookup tables where it has any: `decodeFrame` of
 * core/image/frame-wire.ts reads both.
 */
export * from "./contract/archive";
export * from "./contract/comparisons";
export * from "./contract/deidentification";
export * from "./contract/edits";
export * from "./contract/engines";
export * from "./contract/errors";
export * from "./contract/events";
export * from "./contract/jobs";
export * from "./contract/layers";
export * from "./contract/measurements";
export * from "./contract/models";
export * from "./contract/networks";
export * from "./contract/readings";
export * from "./contract/review";
export * from "./contract/robustness";
export * from "./contract/runs";
export * from "./contract/session";
export * from "./contract/settings";
export * from "./contract/start";
export * from "./contract/studies";
export * from "./contract/workspace";
