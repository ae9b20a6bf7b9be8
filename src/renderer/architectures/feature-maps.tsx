import { Loader } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { FeatureMaps } from "../../core/image/feature-maps";
import { fetchFeatureMaps } from "../api/pixels";
import { HostError } from "../api/request";
import controls from "../app/controls/controls.module.css";
import styles from "./architectures.module.css";

/** Four in a row, three rows: what fits beside the graph. */
const mostMaps = 12;

interface FeatureMapsProps {
  modelId: string;
  /** The value that the chosen block hands on. */
  value: string;
  seriesId: string;
  frame: number;
}

/** The feature maps of the chosen block over the open slice, as the engine computes them now. */
export function FeatureMapsSection({ modelId, value, seriesId, frame }: FeatureMapsProps) {
  const { data, error, isFetching } = useQuery({
    queryKey: ["features", modelId, value, seriesId, frame],
    queryFn: ({ signal }) => fetchFeatureMaps(modelId, { seriesId, frame, value, most: mostMaps }, signal),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  return (
    <section className={controls.section} aria-label="Feature maps" aria-busy={isFetching}>
      <div className={controls.sectionHead}>
        <h2>Feature maps</h2>
        <span className={controls.unit}>
          {data && !error && `${data.chosen.length} of ${data.channels}, most contrast first`}
        </span>
        <span className={controls.spring} />
        {isFetching && <Loader size={12} aria-label="Computing" />}
      </div>
      {error ? (
        <p className={controls.note}>{error instanceof HostError ? error.message : String(error)}</p>
      ) : (
        data && <Sheet maps={data} value={value} />
      )}
    </section>
  );
}

function Sheet({ maps, value }: { maps: Awaited<ReturnType<typeof fetchFeatureMaps>>; value: string }) {
  const { rows, columns, input, tile } = maps;
  const part =
    tile.count > 1 ? `tile ${tile.index + 1} of ${tile.count}, ${input.rows} × ${input.columns}` : `the slice at ${input.rows} × ${input.columns}`; // prettier-ignore
  return (
    <>
      <ul className={styles.sheet} data-value={value}>
        {maps.chosen.map((channel, place) => (
          <li key={channel}>
            <MapPicture maps={maps} place={place} />
            <span>{channel}</span>
          </li>
        ))}
      </ul>
      <p className={controls.note}>
        {rows} × {columns} each, of {part}. Black is a map’s own least value, white its greatest.
      </p>
    </>
  );
}

function MapPicture({ maps, place }: { maps: FeatureMaps; place: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { rows, columns, chosen, ranges } = maps;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = new ImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    const values = maps.maps.subarray(place * rows * columns, (place + 1) * rows * columns);
    values.forEach((value, at) => (pixels[at] = 0xff000000 | (value * 0x010101)));
    context.putImageData(image, 0, 0);
  }, [maps, place, rows, columns]);
  const { minimum, maximum } = ranges[place] ?? { minimum: 0, maximum: 0 };
  const text = `Channel ${chosen[place]}, from ${minimum.toPrecision(3)} to ${maximum.toPrecision(3)}`;
  return <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={text} title={text} />;
}
