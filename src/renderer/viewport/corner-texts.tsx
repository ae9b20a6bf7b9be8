import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { orientationLetters, sliceLocation } from "../../core/image/patient-space";
import { chooseScaleBar, millimetresPerUnit } from "../../core/image/view";
import { sliceCountOf, viewportOf, visibleViewportIds } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { probeAt } from "./probe";
import { isPictureSmoothed, placementOf } from "./scene";
import type { Picture, ViewportSession } from "./session";
import styles from "./viewport.module.css";

/** The longest scale bar, as a share of the viewport's width. */
const scaleBarShare = 0.2;

/** What the four corners and edges of a viewport say about the picture on the screen. */
export function CornerTexts({ session }: { session: ViewportSession }) {
  const status = useStore(session.status);
  const picture = status.state === "empty" ? undefined : status.picture;
  if (!picture) return null;
  return (
    <div className={styles.texts} data-testid={`corner-texts-${session.id}`}>
      <PatientText session={session} picture={picture} />
      <ProbeText session={session} />
      <SliceText session={session} picture={picture} />
      <WindowText session={session} picture={picture} />
      <OrientationText session={session} picture={picture} />
    </div>
  );
}

interface TextProps {
  session: ViewportSession;
  picture: Picture;
}

/** Patient and series: in the first viewport, and wherever another series is shown than there. */
function PatientText({ session, picture: { series } }: TextProps) {
  const isNamed = useViewports((state) => {
    const [first] = visibleViewportIds(state);
    return first === session.id || (first !== undefined && viewportOf(state, first).seriesId !== series.id);
  });
  if (!isNamed) return null;
  const patient = series.patientName ?? series.patientId;
  return (
    <div className={styles.topLeft} data-testid="text-patient">
      {patient !== undefined && <div>{patient}</div>}
      <div>{[series.modality, series.title].filter(Boolean).join(", ")}</div>
    </div>
  );
}

function ProbeText({ session }: { session: ViewportSession }) {
  // The probe reads pixels, so it follows the cursor and whatever is drawn anew.
  useViewports((state) => state.cursor ?? state.pin);
  useSyncExternalStore(
    (onChange) => session.onRedraw(onChange),
    () => session.revision,
  );
  const probe = probeAt(session);
  if (!probe) return null;
  return (
    <div className={styles.topRight} data-testid="text-probe">
      <div>{probe.value}</div>
      {probe.segments.map((segment) => (
        <div key={segment}>{segment}</div>
      ))}
    </div>
  );
}

function SliceText({ session, picture }: TextProps) {
  const { series, plane, index, frame, partly } = picture;
  const wanted = useViewports((state) => viewportOf(state, session.id).frameIndex);
  const zoom = useViewports(
    useShallow((state) => {
      const { camera, size } = viewportOf(state, session.id);
      return { camera, size, smoothing: state.smoothing };
    }),
  );
  const { zoom: shownZoom, devicePixelRatio } = placementOf(session, picture);
  const location = sliceLocation({ ...frame, ...frame.geometry });
  const smoothed = zoom.size.width > 0 && isPictureSmoothed(session);
  const ratio = shownZoom * devicePixelRatio;
  return (
    <div className={styles.bottomLeft} data-testid="text-slice">
      {wanted !== index && <div className={styles.late}>Loading slice {wanted + 1}</div>}
      {partly && (
        <div>
          Loading volume {partly.loaded} / {partly.total}
        </div>
      )}
      <div>
        {plane === "native" ? "Slice" : planeNames[plane]} {index + 1} / {sliceCountOf(series, plane)}
      </div>
      {location && (
        <div>
          {location.towards ?? "Position"} {location.millimetres.toFixed(1)} mm
        </div>
      )}
      <div>
        Zoom {ratio < 0.1 ? ratio.toFixed(2) : ratio.toFixed(1)}×{smoothed && ", smoothed"}
      </div>
    </div>
  );
}

const planeNames = { axial: "Axial", coronal: "Coronal", sagittal: "Sagittal" } as const;

function WindowText({ session, picture }: TextProps) {
  const { frame, window } = picture;
  // The camera is only listened to: placementOf reads it.
  const { size, invert } = useViewports(
    useShallow((state) => {
      const { camera, size, invert } = viewportOf(state, session.id);
      return { camera, size, invert };
    }),
  );
  const isFirst = useViewports((state) => visibleViewportIds(state)[0] === session.id);
  const { zoom } = placementOf(session, picture);
  const unit = millimetresPerUnit({ ...frame, ...frame.geometry });
  const longest = Math.max(40, Math.min(200, size.width * scaleBarShare));
  const bar = chooseScaleBar(zoom, unit, longest);
  return (
    <div className={styles.bottomRight} data-testid="text-window">
      <div className={styles.scale} data-testid="scale-bar">
        <span>{bar.label}</span>
        <span className={styles.scaleBar} style={{ width: bar.pixels }} />
      </div>
      <div>
        W {formatLevel(window.window.width)}&ensp;L {formatLevel(window.window.center)}
        {invert && ", inverted"}
      </div>
      {isFirst && (
        <div>
          {frame.columns} × {frame.rows}
        </div>
      )}
    </div>
  );
}

/** Whole numbers, and three significant digits for the small ranges of floating-point data. */
function formatLevel(value: number): string {
  const digits = Math.abs(value) >= 10 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(3);
  return digits.replace("-", "−");
}

function OrientationText({ session, picture }: TextProps) {
  const camera = useViewports((state) => viewportOf(state, session.id).camera);
  const letters = orientationLetters(picture.frame.geometry.orientation, camera);
  if (!letters) return null;
  return (
    <div data-testid="text-orientation">
      <span className={styles.edgeTop}>{letters.top}</span>
      <span className={styles.edgeRight}>{letters.right}</span>
      <span className={styles.edgeBottom}>{letters.bottom}</span>
      <span className={styles.edgeLeft}>{letters.left}</span>
    </div>
  );
}
