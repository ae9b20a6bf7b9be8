/**
 * Runs in the page that is measured: moves the pointer once a frame, presses keys, and notes when each frame was due
 * and which tasks were long. Made inside the page so that what is measured is the page and not the way to it.
 */

/** What a stretch of frames was like. */
interface Motion {
  /** Milliseconds between one frame and the next. */
  intervals: number[];
  /** Milliseconds of each task over 50 ms. */
  longTasks: number[];
}

const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

/** When the frame that is being made has been handed on: a message is taken up after it. */
async function afterPaint(): Promise<void> {
  await nextFrame();
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(undefined);
  });
}

const longTasks: PerformanceEntry[] = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries())).observe({ type: "longtask" });

/** Does something once a frame, for so long. */
async function everyFrame(ms: number, act: (frame: number) => void): Promise<Motion> {
  const start = await nextFrame();
  const intervals: number[] = [];
  let last = start;
  for (let frame = 0; last - start < ms; frame++) {
    act(frame);
    const now = await nextFrame();
    intervals.push(now - last);
    last = now;
  }
  // Long tasks are told of a little later.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const within = longTasks.filter(({ startTime }) => startTime >= start && startTime <= last);
  return { intervals, longTasks: within.map(({ duration }) => duration) };
}

/** A way around a point that never stands still and comes back to where it was. */
function wayAround(frame: number, reach: number): { x: number; y: number } {
  const angle = (2 * Math.PI * frame) / 90;
  return { x: reach * Math.sin(angle), y: (reach / 2) * Math.sin(2 * angle) };
}

/**
 * Drags from the middle of an element for so long; the button was pressed there for real, as only then a pointer can
 * be captured.
 */
async function drag(selector: string, { ms, buttons }: { ms: number; buttons: number }): Promise<Motion> {
  const element = document.querySelector(selector);
  if (!element) throw new Error(`There is no ${selector}.`);
  const { left, top, width, height } = element.getBoundingClientRect();
  return everyFrame(ms, (frame) => {
    const { x, y } = wayAround(frame, Math.min(width, height) / 4);
    const clientX = left + width / 2 + x;
    const clientY = top + height / 2 + y;
    element.dispatchEvent(new PointerEvent("pointermove", { ...pointer, buttons, clientX, clientY }));
  });
}

const pointer = { pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true, cancelable: true };

/**
 * Paints with the button down from the middle of an element; the button was pressed there for real.
 * @returns milliseconds that the page worked for each move: its event, and the frame that shows it
 */
async function stroke(selector: string, moves: number): Promise<number[]> {
  const element = document.querySelector(selector)!;
  const { left, top, width, height } = element.getBoundingClientRect();
  const times: number[] = [];
  for (let move = 0; move < moves; move++) {
    const { x, y } = wayAround(move, Math.min(width, height) / 4);
    const [clientX, clientY] = [left + width / 2 + x, top + height / 2 + y];
    // Asked for first, so that it comes before what the page has to draw in that frame.
    const frame = nextFrame().then(() => performance.now());
    const before = performance.now();
    element.dispatchEvent(new PointerEvent("pointermove", { ...pointer, buttons: 1, clientX, clientY }));
    const handled = performance.now() - before;
    const begun = await frame;
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(undefined);
    });
    times.push(handled + performance.now() - begun);
  }
  return times;
}

/** So many short strokes, one a frame; each second one erases the one before, so that every stroke changes something. */
async function strokes(selector: string, count: number): Promise<void> {
  const element = document.querySelector<HTMLElement>(selector)!;
  // Only a button that was pressed for real can be captured.
  element.setPointerCapture = () => undefined;
  const { left, top, width, height } = element.getBoundingClientRect();
  let [clientX, clientY] = [0, 0];
  for (let at = 0; at < count; at++) {
    const ctrlKey = at % 2 === 1;
    if (!ctrlKey) {
      clientX = left + width * (0.3 + 0.4 * Math.random());
      clientY = top + height * (0.3 + 0.4 * Math.random());
    }
    const send = (type: string, by: number) =>
      element.dispatchEvent(
        new PointerEvent(type, {
          ...pointer,
          button: 0,
          buttons: 1,
          ctrlKey,
          clientX: clientX + by,
          clientY,
        }),
      );
    send("pointerdown", 0);
    for (const by of [5, 10, 15]) send("pointermove", by);
    send("pointerup", 15);
    await nextFrame();
  }
}

/** Presses a key so many times; milliseconds from each press until the next slice was painted. */
async function changeSlices(
  key: string,
  { times, pauseMs, canvas, text }: { times: number; pauseMs: number; canvas: string; text: string },
): Promise<Motion & { latencies: number[] }> {
  const latencies: number[] = [];
  const start = performance.now();
  for (let time = 0; time < times; time++) {
    const before = document.querySelector(text)?.textContent;
    const pressed = performance.now();
    const target = document.activeElement ?? document.body;
    target.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, bubbles: true, cancelable: true }));
    const isThere = (): boolean =>
      document.querySelector(text)?.textContent !== before &&
      document.querySelector(canvas)?.getAttribute("data-state") === "ready";
    for (let frame = 0; !isThere(); frame++) {
      if (frame > 600) throw new Error("The next slice does not come.");
      await nextFrame();
    }
    await afterPaint();
    latencies.push(performance.now() - pressed);
    target.dispatchEvent(new KeyboardEvent("keyup", { key, code: key, bubbles: true }));
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  const within = longTasks.filter(({ startTime }) => startTime >= start);
  return { intervals: [], latencies, longTasks: within.map(({ duration }) => duration) };
}

/** The least that any page must do to show a picture: put its pixels on a canvas and draw that at the screen's size. */
interface BareCanvas {
  put(frame: number): void;
  draw(frame: number): void;
}

let bareCanvas: BareCanvas | undefined;

function makeBareCanvas(side: number, size: { width: number; height: number }): void {
  document.body.replaceChildren();
  const screen = Object.assign(document.createElement("canvas"), size);
  document.body.append(screen);
  const shown = screen.getContext("2d")!;
  const picture = new OffscreenCanvas(side, side);
  const context = picture.getContext("2d")!;
  const image = context.createImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = 0xff000000 | ((i * 2_654_435_761) >>> 8);
  const edge = Math.min(size.width, size.height);
  bareCanvas = {
    put(frame) {
      pixels[0] = frame;
      context.putImageData(image, 0, 0);
      this.draw(0);
    },
    draw(frame) {
      const { x, y } = wayAround(frame, edge / 4);
      shown.clearRect(0, 0, size.width, size.height);
      shown.drawImage(picture, x, y, edge, edge);
    },
  };
  bareCanvas.put(0);
}

const bare = {
  make: makeBareCanvas,
  /** New pixels every frame, as dragging a window makes. */
  repaint: (ms: number) => everyFrame(ms, (frame) => bareCanvas!.put(frame)),
  /** The same pixels elsewhere every frame, as panning does. */
  move: (ms: number) => everyFrame(ms, (frame) => bareCanvas!.draw(frame)),
  /** Nothing at all. */
  rest: (ms: number) => everyFrame(ms, () => undefined),
  /** Milliseconds from new pixels until they were painted. */
  async show(times: number): Promise<number[]> {
    const latencies: number[] = [];
    for (let time = 0; time < times; time++) {
      const start = performance.now();
      bareCanvas!.put(time);
      await afterPaint();
      latencies.push(performance.now() - start);
    }
    return latencies;
  },
};

Object.assign(window, { bench: { drag, changeSlices, stroke, strokes, bare } });

export {};
