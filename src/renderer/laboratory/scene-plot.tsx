import { createElement, type ReactElement } from "react";
import type { Mark, Scene } from "../../core/plots/scene";
import styles from "./laboratory.module.css";

interface ScenePlotProps {
  scene: Scene;
  /** The key of the marks that are ringed. */
  chosen?: string | undefined;
  /** What a click on a mark with a key does. */
  onChoose?: (key: string) => void;
}

/** A plot as elements that answer to a click. */
export function ScenePlot({
  scene: { width, height, description, marks },
  chosen,
  onChoose,
}: ScenePlotProps) {
  const isChosen = (mark: Mark): boolean => mark.key !== undefined && mark.key === chosen;
  // What is chosen lies on top of the others.
  const ordered = [...marks.filter((mark) => !isChosen(mark)), ...marks.filter(isChosen)];
  return (
    <svg
      className={styles.plot}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={description}
    >
      {ordered.map((mark, index) => draw(mark, index, { isChosen: isChosen(mark), onChoose }))}
    </svg>
  );
}

function draw(
  { tag, attributes, text, title, key, children = [] }: Mark,
  index: number,
  { isChosen, onChoose }: { isChosen: boolean; onChoose: ScenePlotProps["onChoose"] },
): ReactElement {
  const answers = key !== undefined && onChoose !== undefined;
  return createElement(
    tag,
    {
      ...attributes,
      ...(isChosen && { className: styles.chosenMark }),
      ...(answers && { onClick: () => onChoose(key), "data-answers": true }),
      key: index,
    },
    title === undefined ? null : <title>{title}</title>,
    text,
    ...children.map((child, at) => draw(child, at, { isChosen: false, onChoose: undefined })),
  );
}
