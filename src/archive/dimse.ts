import dimse from "dcmjs-dimse";
import { type FoundStudies, isUid, type SentInstance, type StudyQuery } from "../core/archive";
import { SlicebenchError } from "../core/errors";
import {
  type Archive,
  type ArchiveLimits,
  defaultLimits,
  type FetchedFiles,
  type FetchRequest,
  requireUid,
  type SendRequest,
} from "./archive";
import { associate, type Associate, type DimsePeer, plainContext } from "./dimse-association";
import { studyOf, textOf } from "./dimse-elements";
import { asciiSafe, search } from "./dimse-find";
import { getSeries, type RetrieveOptions, type WantedSeries } from "./dimse-get";
import type { Intake } from "./dimse-intake";
import { moveSeries } from "./dimse-move";
import { requireSuccess, statusOf } from "./dimse-status";
import { storeFiles } from "./dimse-store";
import { matchingKeys } from "./query-keys";
import { ReceivedFiles } from "./received-files";
import type { MoveDestination } from "./storage-scp";

const { constants, requests } = dimse;

export interface DimseOptions extends DimsePeer, Pick<Intake, "transferSyntaxUids" | "fileMeta"> {
  /** Where an archive without C-GET may send to by C-MOVE; nothing listens without it. */
  move?: MoveDestination | undefined;
  limits?: ArchiveLimits;
}

/**
 * C-ECHO, C-FIND, C-GET, C-MOVE and C-STORE. C-GET brings instances over the association that this side opened; C-MOVE,
 * where an archive has nothing else, needs a port here that the archive can reach.
 */
export class DimseArchive implements Archive {
  readonly #limits: ArchiveLimits;
  readonly #associate: Associate;
  /** Until the archive says otherwise. */
  #hasGet = true;

  constructor(private readonly options: DimseOptions) {
    this.#limits = options.limits ?? defaultLimits;
    this.#associate = (exchange) => associate(options, { ...exchange, limits: this.#limits });
  }

  async echo(signal?: AbortSignal): Promise<void> {
    const request = new requests.CEchoRequest();
    const status = statusOf(request);
    const contexts = [plainContext(constants.SopClass.Verification)];
    await this.#associate({ requests: [request], contexts, signal });
    requireSuccess(status(), "C-ECHO");
  }

  /** DIMSE has no pages: what lies before the offset is passed over. */
  async find(query: StudyQuery, signal?: AbortSignal): Promise<FoundStudies> {
    const request = requests.CFindRequest.createStudyFindRequest(asciiSafe(matchingKeys(query)));
    const wanted = query.offset + query.limit + 1;
    const found = await search(this.#associate, [request], { wanted, signal });
    const page = found[0]!.slice(query.offset, wanted);
    const studies = page.slice(0, query.limit).flatMap((elements) => studyOf(elements) ?? []);
    const unusable = Math.min(page.length, query.limit) - studies.length;
    return {
      studies,
      more: page.length > query.limit,
      warnings: unusable === 0 ? [] : [`${unusable} left out: the archive names no usable UID for them.`],
    };
  }

  /** Series by series, so that it is known how far it is. */
  async fetch(request: FetchRequest): Promise<FetchedFiles> {
    const { folder, signal, onProgress } = request;
    const { series, announced } = await this.#seriesOf(request);
    const received = new ReceivedFiles(folder, this.#limits);
    const intake: Intake = {
      ...this.options,
      received,
      onInstance: () => onProgress?.(received.files.length, announced),
    };
    const warnings: string[] = [];
    onProgress?.(0, announced);
    for (const each of series) {
      const failures = await this.#retrieve(each, { intake, signal });
      if (failures > 0) warnings.push(`The archive could not send ${failures} instances of a series.`);
    }
    return { files: received.files, announced, warnings };
  }

  send(request: SendRequest): Promise<SentInstance[]> {
    return storeFiles(this.#associate, request);
  }

  /** By C-GET where the archive has it, else by C-MOVE where this workstation may listen. */
  async #retrieve(series: WantedSeries, options: RetrieveOptions): Promise<number> {
    const { move } = this.options;
    const failures = this.#hasGet ? await getSeries(this.#associate, series, options) : undefined;
    if (failures !== undefined) return failures;
    this.#hasGet = false;
    if (move === undefined) {
      throw new SlicebenchError("ARCHIVE_NO_GET", "The archive does not offer C-GET to this workstation.", {
        hint: "Let it send by C-MOVE instead, with a port of this workstation in Settings, or ask who runs it.",
      });
    }
    const { options: peer } = this;
    return moveSeries(this.#associate, series, { ...options, peer, destination: move, limits: this.#limits });
  }

  /** What each series holds is known before it is asked for, so that its classes can be proposed. */
  async #seriesOf(request: FetchRequest): Promise<{ series: WantedSeries[]; announced: number }> {
    const studyInstanceUid = requireUid(request.studyInstanceUid);
    const only = request.seriesInstanceUid === undefined ? "" : requireUid(request.seriesInstanceUid);
    const listing = requests.CFindRequest.createSeriesFindRequest({
      StudyInstanceUID: studyInstanceUid,
      SeriesInstanceUID: only,
    });
    const bounds = { wanted: this.#limits.instances, signal: request.signal };
    const [listed = []] = await search(this.#associate, [listing], bounds);
    const uids = listed.map((each) => textOf(each, "SeriesInstanceUID") ?? "").filter(isUid);
    const images = await search(
      this.#associate,
      uids.map((uid) =>
        requests.CFindRequest.createImageFindRequest({
          StudyInstanceUID: studyInstanceUid,
          SeriesInstanceUID: uid,
          SOPClassUID: "",
        }),
      ),
      bounds,
    );
    const series = uids.map((seriesInstanceUid, index) => {
      const classes = images[index]!.flatMap((image) => textOf(image, "SOPClassUID") ?? []).filter(isUid);
      return { studyInstanceUid, seriesInstanceUid, sopClassUids: [...new Set(classes)] };
    });
    return { series, announced: images.reduce((sum, { length }) => sum + length, 0) };
  }
}
