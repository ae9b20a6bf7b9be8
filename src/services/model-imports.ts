import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { SlicebenchError } from "../core/errors";
import type { FrameReference } from "../core/image/frame";
import type { ModelCard } from "../core/model-card";
import type { ModelProposal } from "../core/model-import/propose";
import type { Engine, SegmentFrameResult } from "../engine/engine";
import { writeFileAtomically } from "./atomic-file";
import { resourceFolder } from "./installation";
import { compareWithTensorFlow } from "./conversion-check";
import { readBroughtModel } from "./model-file";
import type { ModelStore, StoredModel } from "./models";

/** A network on its way in. */
export interface ModelImport extends ModelProposal {
  id: string;
}

interface Staged {
  folder: string;
  card: ModelCard;
}

/** What a killed program left behind is nobody's after a day. */
const staleAfterMs = 24 * 3600 * 1000;

/**
 * Brings networks in: a file is read and looked through, tried on pictures under any card, and becomes a model of
 * the user's own. Until then it waits in a folder beside the user's models that no list shows.
 */
export class ModelImports {
  readonly #staged = new Map<string, Staged>();

  constructor(
    private readonly engine: Engine,
    private readonly models: ModelStore,
  ) {}

  /** Reads a file and proposes how to run it. Throws what `readBroughtModel` and `compareWithTensorFlow` throw. */
  async begin(file: string): Promise<ModelImport> {
    const { bytes, proposal, original } = await readBroughtModel(file);
    const card: ModelCard = {
      ...proposal.card,
      id: await this.models.freeId(proposal.card.id),
      ...(proposal.card.source && {
        source: { ...proposal.card.source, importedOn: new Date().toISOString().slice(0, 10) },
      }),
    };
    await this.#removeStale();
    const id = randomUUID();
    const folder = join(this.#parent, id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFileAtomically(join(folder, card.weights.file), bytes);
    await writeCard(folder, card);
    this.#staged.set(id, { folder, card });
    if (original === undefined) return { ...proposal, card, id };
    try {
      const outputs = proposal.outputs.map(({ name }) => name);
      const note = await compareWithTensorFlow(this.engine, { folder, card, outputs, original, file });
      return { ...proposal, card, id, notes: [...proposal.notes, note] };
    } catch (thrown) {
      await this.drop(id);
      throw thrown;
    }
  }

  /**
   * The segmentation of one frame under a card that may still change.
   * @throws MODEL_IMPORT_NOT_FOUND, and what the engine throws where network and card do not fit
   */
  async preview(
    id: string,
    { frame, card }: { frame: FrameReference; card: ModelCard },
    signal?: AbortSignal,
  ): Promise<SegmentFrameResult> {
    const staged = this.#get(id);
    const request = { model: { folder: staged.folder }, frame, card: withOwnFacts(card, staged) };
    return this.engine.segment(request, signal && { signal });
  }

  /**
   * Makes it a model, after one run on a picture has shown that network and card fit.
   * @throws MODEL_IMPORT_NOT_FOUND, MODEL_ID_TAKEN, and what the engine throws
   */
  async finish(id: string, card: ModelCard): Promise<StoredModel> {
    const staged = this.#get(id);
    const checked = withOwnFacts(card, staged);
    const frame = { file: join(resourceFolder("samples"), "nuclei", "cell.png"), frame: 0 };
    await this.preview(id, { frame, card: checked });
    await writeCard(staged.folder, checked);
    const model = await this.models.adopt(staged.folder);
    this.#staged.delete(id);
    return model;
  }

  /** Lets go of a network that is not wanted; nothing where it is gone already. */
  async drop(id: string): Promise<void> {
    const staged = this.#staged.get(id);
    this.#staged.delete(id);
    if (staged !== undefined) await rm(staged.folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#staged.keys()].map((id) => this.drop(id)));
  }

  get #parent(): string {
    return join(this.models.userFolder, ".imports");
  }

  #get(id: string): Staged {
    const staged = this.#staged.get(id);
    if (staged !== undefined) return staged;
    throw new SlicebenchError("MODEL_IMPORT_NOT_FOUND", "This import was finished or dropped before.", {
      hint: "Choose the file again.",
    });
  }

  async #removeStale(): Promise<void> {
    const names = await readdir(this.#parent).catch(() => []);
    for (const name of names) {
      const folder = join(this.#parent, name);
      const changedAt = (await stat(folder).catch(() => undefined))?.mtimeMs ?? Infinity;
      if (Date.now() - changedAt > staleAfterMs) await rm(folder, { recursive: true, force: true });
    }
  }
}

/** What the file itself says is no matter of choice. */
function withOwnFacts(card: ModelCard, { card: { weights, source } }: Staged): ModelCard {
  return { ...card, schemaVersion: 2, weights, ...(source && { source }) };
}

async function writeCard(folder: string, card: ModelCard): Promise<void> {
  await writeFileAtomically(join(folder, "model.json"), `${JSON.stringify(card, undefined, 2)}\n`);
}
