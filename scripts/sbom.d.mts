/** A part of the program: a package, or a trained model. */
export interface Component {
  name: string;
  version: string;
  type: string;
  hashes?: { alg: string; content: string }[];
  licenses?: { license?: { id?: string; name?: string }; expression?: string }[];
}

export function billOfMaterials(): { components: Component[] };
