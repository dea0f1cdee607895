// Runs Python in a worker: loads it once with the bundle, then grades one notebook after the other.
import { loadPyodide } from "./pyodide/pyodide.mjs";

let grade;

async function load() {
  const began = performance.now();
  const pyodide = await loadPyodide();
  const loaded = performance.now();
  const bundle = await (await fetch("bundle.zip")).arrayBuffer();
  const packages = pyodide.runPython("import sysconfig; sysconfig.get_path('purelib')");
  pyodide.unpackArchive(bundle, "zip", { extractDir: packages });
  const unpacked = performance.now();
  pyodide.runPython(await (await fetch("in_browser.py")).text());
  grade = pyodide.globals.get("grade");
  const ready = performance.now();
  return {
    python: pyodide.runPython("import sys; sys.version.split()[0]"),
    core_s: (loaded - began) / 1000,
    unpack_s: (unpacked - loaded) / 1000,
    import_s: (ready - unpacked) / 1000,
    bundle_bytes: bundle.byteLength,
  };
}

self.onmessage = async ({ data: { number, order } }) => {
  try {
    const began = performance.now();
    const answer = grade === undefined ? await load() : JSON.parse(grade(JSON.stringify(order)));
    self.postMessage({ number, answer: { ...answer, seconds: (performance.now() - began) / 1000 } });
  } catch (error) {
    self.postMessage({ number, error: String(error) });
  }
};
