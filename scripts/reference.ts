import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { referenceDocuments, referenceFolder } from "./reference/documents";

/** `npm run reference`: writes docs/reference from the code. A test says when it is no longer current. */
for (const { name, text } of await referenceDocuments()) await writeFile(join(referenceFolder, name), text);
