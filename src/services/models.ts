import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { SlicebenchError, toWireError, type WireError } from "../core/errors";
import { type ModelCard, parseModelCard } from "../core/model-card";
import { resourceFolder, userModelsFolder } from "./installation";

/** A model on this machine. */
export interface StoredModel {
  card: ModelCard;
  /** Holds model.json and the weights that it names: what the engine takes. */
  folder: string;
  /** Shipped with the program, or the user's own. */
  bundled: boolean;
  /** Of model.json: a change of the card changes what a run gives. */
  cardSha256: string;
}

/** All models, and what is wrong with the folders that hold none. */
export interface ModelList {
  models: StoredModel[];
  problems: WireError[];
}

/** SHA-256 of a file as lower-case hexadecimal, read in pieces. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/**
 * The models of this machine: those shipped and the user's own, one folder each. Cards are read at each
 * call, so a model that was added meanwhile is found.
 */
export class ModelStore {
  constructor(private readonly folders = { bundled: resourceFolder("models"), user: userModelsFolder() }) {}

  /** Every model with a card that can be read, bundled ones first, by id. A broken card is a problem, never a failure. */
  async list(): Promise<ModelList> {
    const list: ModelList = { models: [], problems: [] };
    for (const bundled of [true, false]) {
      const parent = bundled ? this.folders.bundled : this.folders.user;
      for (const name of await foldersIn(parent)) {
        try {
          const model = await readModel(join(parent, name), bundled);
          requireNewId(model, list.models);
          list.models.push(model);
        } catch (thrown) {
          list.problems.push(toWireError(thrown, join(parent, name, "model.json")));
        }
      }
    }
    return list;
  }

  /**
   * Finds models by id and checks that their weights are those that their cards describe.
   * Throws MODEL_UNKNOWN with the ids that there are, MODEL_WEIGHTS_MISSING or MODEL_WEIGHTS_CHANGED.
   */
  async find(ids: readonly string[]): Promise<StoredModel[]> {
    const { models } = await this.list();
    const found = ids.map((id) => {
      const model = models.find(({ card }) => card.id === id);
      if (model !== undefined) return model;
      throw new SlicebenchError("MODEL_UNKNOWN", `There is no model with the id "${id}".`, {
        hint:
          models.length === 0
            ? "No model is installed; `slicebench models` says where they are looked for."
            : `Use one of: ${models.map(({ card }) => card.id).join(", ")}.`,
      });
    });
    await Promise.all(found.map(checkWeights));
    return found;
  }

  /** Where the user's own models lie, one folder each. */
  get userFolder(): string {
    return this.folders.user;
  }

  /** The id, with a number where another model has it. */
  async freeId(wanted: string): Promise<string> {
    const { models } = await this.list();
    const taken = new Set(models.map(({ card }) => card.id));
    for (let number = 1; ; number++) {
      const id = number === 1 ? wanted : `${wanted}-${number}`;
      if (!taken.has(id) && !existsSync(join(this.folders.user, id))) return id;
    }
  }

  /**
   * Makes a folder with card and weights one of the user's models, by moving it.
   * @param folder on the file system of the user's models
   * @throws MODEL_ID_TAKEN, and what reading the card throws
   */
  async adopt(folder: string): Promise<StoredModel> {
    const { card } = await readModel(folder, false);
    const target = join(this.folders.user, card.id);
    const { models } = await this.list();
    if (existsSync(target) || models.some(({ card: { id } }) => id === card.id)) {
      throw new SlicebenchError("MODEL_ID_TAKEN", `Another model has the id "${card.id}" already.`, {
        hint: "Give this one another id.",
      });
    }
    await rename(folder, target);
    return readModel(target, false);
  }

  /**
   * Takes one of the user's models away, with its weights; `restore` brings it back until `purge`.
   * @throws MODEL_UNKNOWN, MODEL_BUNDLED
   */
  async remove(id: string): Promise<void> {
    const { models } = await this.list();
    const model = models.find(({ card }) => card.id === id);
    if (model === undefined)
      throw new SlicebenchError("MODEL_UNKNOWN", `There is no model with the id "${id}".`);
    if (model.bundled) {
      throw new SlicebenchError("MODEL_BUNDLED", `${model.card.name} is part of Slicebench and stays.`, {
        hint: "Only models that were imported can be removed.",
      });
    }
    await mkdir(this.#removedFolder, { recursive: true, mode: 0o700 });
    await rm(join(this.#removedFolder, id), { recursive: true, force: true });
    await rename(model.folder, join(this.#removedFolder, id));
  }

  /** Brings back a model that was removed. Throws MODEL_UNKNOWN, MODEL_ID_TAKEN. */
  async restore(id: string): Promise<void> {
    // Ids come from outside; only a name that is there is followed.
    if (!(await foldersIn(this.#removedFolder)).includes(id)) {
      throw new SlicebenchError("MODEL_UNKNOWN", `No model with the id "${id}" was removed.`);
    }
    await this.adopt(join(this.#removedFolder, id));
  }

  /** Deletes what was removed, for good. */
  async purge(): Promise<void> {
    await rm(this.#removedFolder, { recursive: true, force: true });
  }

  get #removedFolder(): string {
    return join(this.folders.user, ".removed");
  }
}

async function foldersIn(parent: string): Promise<string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map((entry) => entry.name)
      .sort();
  } catch {
    // The user's folder exists only once a model was put there.
    return [];
  }
}

async function readModel(folder: string, bundled: boolean): Promise<StoredModel> {
  const file = join(folder, "model.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new SlicebenchError("MODEL_CARD_MISSING", "The model's folder has no model.json.", { file, cause });
  }
  return {
    card: parseModelCard(text, file),
    folder,
    bundled,
    cardSha256: createHash("sha256").update(text).digest("hex"),
  };
}

function requireNewId(model: StoredModel, others: StoredModel[]): void {
  if (!others.some(({ card }) => card.id === model.card.id)) return;
  throw new SlicebenchError("MODEL_ID_TAKEN", `Another model has the id "${model.card.id}" already.`, {
    file: join(model.folder, "model.json"),
    hint: "Change the id in this model.json.",
  });
}

async function checkWeights({ card, folder }: StoredModel): Promise<void> {
  const file = join(folder, card.weights.file);
  const seen = await hashFile(file).catch((cause: unknown) => {
    throw new SlicebenchError("MODEL_WEIGHTS_MISSING", `The weights of "${card.id}" cannot be read.`, {
      file,
      cause,
      hint: "Install the model again.",
    });
  });
  if (seen === card.weights.sha256) return;
  throw new SlicebenchError(
    "MODEL_WEIGHTS_CHANGED",
    `The weights of "${card.id}" are not those that its card describes.`,
    { file, hint: "Install the model again, so that its measured figures hold." },
  );
}
