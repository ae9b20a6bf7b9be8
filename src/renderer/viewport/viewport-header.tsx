import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useShallow } from "zustand/react/shallow";
import type { LayerView, SeriesDetail } from "../../host/contract";
import { CurtainIcon } from "../app/tool-icons";
import { LayerBadge } from "../app/controls/layer-badge";
import {
  layerLetter,
  layersOf,
  referenceLayerOf,
  seriesOf,
  viewportOf,
  whyNoPlanes,
} from "../state/viewport-queries";
import type { ViewportPlane } from "../state/viewport-model";
import { useViewports, viewportsStore } from "../state/viewports";
import { HeaderFigures } from "./header-figures";
import { NameMenu, Tick } from "./name-menu";
import styles from "./viewport.module.css";

/** The bar above a viewport: which layer it stands for, how that one does, and what can be done here. */
export function ViewportHeader({ id }: { id: string }) {
  const series = useViewports((state) => seriesOf(state, id));
  const layer = useOwnLayer(id);
  if (!series) return <div className={styles.header} />;
  return (
    <div className={styles.header} data-testid={`viewport-header-${id}`}>
      <HeaderBadges id={id} layer={layer} />
      <NameMenu id={id} layer={layer} title={series.title} />
      <span className={styles.spring} />
      <HeaderFigures id={id} layer={layer} />
      <MoreMenu id={id} series={series} />
    </div>
  );
}

/** The layer that a viewport stands for; the only one of its series where it stands for none in particular. */
export function useOwnLayer(id: string): LayerView | undefined {
  return useViewports((state) => {
    const { seriesId, primaryLayerId } = viewportOf(state, id);
    const layers = layersOf(state, seriesId);
    return (
      layers.find((layer) => layer.id === primaryLayerId) ?? (layers.length === 1 ? layers[0] : undefined)
    );
  });
}

/** The viewport's own letter; both where two layers are set against each other; all where all are shown. */
function HeaderBadges({ id, layer }: { id: string; layer: LayerView | undefined }) {
  const viewport = useViewports((state) => viewportOf(state, id));
  const layers = useViewports((state) => layersOf(state, viewport.seriesId));
  const letters = useViewports(useShallow((state) => layers.map((other) => layerLetter(state, other))));
  const { curtain, difference, disagreement, probability } = viewport;
  const badge = (layerId: string): ReactNode => {
    const at = layers.findIndex((other) => other.id === layerId);
    return <LayerBadge key={layerId} letter={letters[at]} colour={layers[at]?.colour} />;
  };
  if (difference)
    return (
      <>
        {badge(difference.layerId)}
        <span className={styles.between} role="img" aria-label="against">
          −
        </span>
        {badge(difference.referenceLayerId)}
      </>
    );
  if (curtain)
    return (
      <>
        {badge(curtain.layerA)}
        <span className={styles.between} role="img" aria-label="and">
          <CurtainIcon />
        </span>
        {badge(curtain.layerB)}
      </>
    );
  if (disagreement) return <>{disagreement.layerIds.map(badge)}</>;
  if (probability) return badge(probability.layerId);
  if (layer) return badge(layer.id);
  return <>{layers.filter(({ visible }) => visible).map((other) => badge(other.id))}</>;
}

const planes: readonly { plane: ViewportPlane; name: string }[] = [
  { plane: "native", name: "As acquired" },
  { plane: "axial", name: "Axial" },
  { plane: "coronal", name: "Coronal" },
  { plane: "sagittal", name: "Sagittal" },
];

function MoreMenu({ id, series }: { id: string; series: SeriesDetail }) {
  const { plane, curtain, difference, disagreement, probability } = useViewports((state) =>
    viewportOf(state, id),
  );
  const smoothing = useViewports((state) => state.smoothing);
  const overlaysShown = useViewports((state) => state.overlaysShown);
  const isMaximised = useViewports((state) => state.maximisedViewportId === id);
  const layerCount = useViewports((state) => layersOf(state, series.id).length);
  const hasModel = useViewports((state) =>
    layersOf(state, series.id).some(({ origin }) => origin.kind === "model"),
  );
  const hasReference = useViewports((state) => referenceLayerOf(state, series.id) !== undefined);
  const noPlanes = whyNoPlanes(series);
  const actions = viewportsStore.getState();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={24} aria-label="More for this viewport">
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Plane</Menu.Label>
        {noPlanes !== undefined && <Menu.Label maw={260}>{noPlanes}</Menu.Label>}
        {noPlanes === undefined &&
          planes.map((choice) => (
            <Menu.Item
              key={choice.plane}
              rightSection={<Tick on={plane === choice.plane} />}
              onClick={() => actions.setPlane(id, choice.plane)}
            >
              {choice.name}
            </Menu.Item>
          ))}
        <Menu.Item disabled={noPlanes !== undefined} onClick={() => actions.showPlanes(id)}>
          Three planes side by side
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          disabled={layerCount < 2}
          rightSection={<Tick on={curtain !== undefined} />}
          onClick={() => actions.toggleCurtain(id)}
        >
          Curtain
        </Menu.Item>
        <Menu.Item
          disabled={layerCount < 2}
          rightSection={<Tick on={difference !== undefined} />}
          onClick={() => actions.toggleDifference(id)}
        >
          {hasReference ? "Difference from the reference" : "Difference between layers"}
        </Menu.Item>
        <Menu.Item
          disabled={layerCount < 2}
          rightSection={<Tick on={disagreement !== undefined} />}
          onClick={() => actions.toggleDisagreement(id)}
        >
          Disagreement as heat
        </Menu.Item>
        <Menu.Item
          disabled={!hasModel}
          rightSection={<Tick on={probability !== undefined} />}
          onClick={() => actions.toggleProbability(id)}
        >
          Probability with threshold
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => actions.fit(id)}>Fit</Menu.Item>
        <Menu.Item onClick={() => actions.showActualSize(id, window.devicePixelRatio)}>
          Actual size, 1:1
        </Menu.Item>
        <Menu.Item onClick={() => actions.rotate(id)}>Rotate by 90°</Menu.Item>
        <Menu.Item onClick={() => actions.flipHorizontal(id)}>Flip left and right</Menu.Item>
        <Menu.Item onClick={() => actions.flipVertical(id)}>Flip top and bottom</Menu.Item>
        <Menu.Item rightSection={<Tick on={smoothing} />} onClick={() => actions.setSmoothing(!smoothing)}>
          Smooth enlarged pixels
        </Menu.Item>
        <Menu.Item rightSection={<Tick on={overlaysShown} />} onClick={() => actions.toggleOverlays()}>
          Overlays of the file
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => actions.reset(id)}>Reset</Menu.Item>
        <Menu.Item onClick={() => actions.toggleMaximised(id)}>
          {isMaximised ? "Back to the grid" : "Maximise"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
