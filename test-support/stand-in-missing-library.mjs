import Module from "node:module";

/**
 * A stand-in for a machine without onnxruntime's native library, as Intel Macs are: asked for it, the loader answers as
 * it does where the file is not there. Given to a process by `--import`.
 */
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  if (!request.endsWith("onnxruntime_binding.node")) return resolve.call(this, request, ...rest);
  throw Object.assign(new Error(`Cannot find module '${request}'`), { code: "MODULE_NOT_FOUND" });
};
