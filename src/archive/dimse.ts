import dimse from "dcmjs-dimse";
import { type FoundStudies, isUid, type SentInstance, type StudyQuery } from "../core/archive";
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
import { getSeries, type Intake, type WantedSeries } from "./dimse-get";
import { requireSuccess, statusOf } from "./dimse-status";
import { storeFiles } from "./dimse-store";
import { matchingKeys } from "./query-keys";
import { ReceivedFiles } from "./received-files";

const { constants, requests } = dimse;

export interface DimseOptions extends DimsePeer, Pick<Intake, "transferSyntaxUids" | "fileMeta"> {
  limits?: ArchiveLimits;
}

/**
 * C-ECHO, C-FIND, C-GET and C-STORE. C-GET brings instances over the association that this side opened: C-MOVE would
 * need a port here that the archive can reach.
 */
export class DimseArchive implements Archive {
  readonly #limits: ArchiveLimits;
  readonly #associate: Associate;

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
      signal,
    };
    const warnings: string[] = [];
    onProgress?.(0, announced);
    for (const each of series) {
      const failures = await getSeries(this.#associate, each, intake);
      if (failures > 0) warnings.push(`The archive could not send ${failures} instances of a series.`);
    }
    return { files: received.files, announced, warnings };
  }

  send(request: SendRequest): Promise<SentInstance[]> {
    return storeFiles(this.#associate, request);
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
