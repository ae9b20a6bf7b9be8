import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MeasuredReports, seriesNames } from "../../test-support/measured-series";
import { programOrSkip, pythonWith, runPython } from "../../test-support/readers";
import type { TabledMeasurement } from "../core/measure/table";

const reports = new MeasuredReports();
beforeAll(() => reports.open());
afterAll(() => reports.close());

const pydicom = pythonWith("pydicom");

/** Walks the content tree; prints the groups of measurements, and which instances the report says that it is about. */
const readWithPydicom = `
import json, sys, pydicom
def concept(sequence):
    code = sequence[0]
    return [code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning]
def name(item):
    return item.ConceptNameCodeSequence[0].CodeValue if "ConceptNameCodeSequence" in item else None
def image(reference):
    return [reference.ReferencedSOPInstanceUID, int(reference.get("ReferencedFrameNumber", 0))]
def graphic(item):
    (source,) = item.ContentSequence
    assert (source.ValueType, source.RelationshipType) == ("IMAGE", "SELECTED FROM")
    return {"relationship": item.RelationshipType, "type": item.GraphicType, "data": list(item.GraphicData),
            "image": image(source.ReferencedSOPSequence[0])}
def number(item):
    (measured,) = item.MeasuredValueSequence
    content = item.get("ContentSequence", [])
    return {"concept": concept(item.ConceptNameCodeSequence), "value": float(measured.NumericValue),
            "unit": measured.MeasurementUnitsCodeSequence[0].CodeValue,
            "derivation": next((concept(c.ConceptCodeSequence)[2] for c in content if name(c) == "121401"), None),
            "graphics": [graphic(c) for c in content if c.ValueType == "SCOORD"]}
def group(item):
    by_name = {name(c): c for c in item.ContentSequence}
    return {"template": item.ContentTemplateSequence[0].TemplateIdentifier,
            "name": by_name["112039"].TextValue, "uid": by_name["112040"].UID,
            "segment": "121191" in by_name,
            "graphics": [graphic(c) for c in item.ContentSequence if c.ValueType == "SCOORD"],
            "numbers": [number(c) for c in item.ContentSequence if c.ValueType == "NUM"]}
report = pydicom.dcmread(sys.argv[1])
(measurements,) = [c for c in report.ContentSequence if name(c) == "126010"]
(library,) = [c for c in report.ContentSequence if name(c) == "111028"]
print(json.dumps({
    "groups": [group(c) for c in measurements.ContentSequence],
    "evidence": [reference.ReferencedSOPInstanceUID for study in report.CurrentRequestedProcedureEvidenceSequence
                 for series in study.ReferencedSeriesSequence for reference in series.ReferencedSOPSequence],
    "library": [c.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
                for g in library.ContentSequence for c in g.ContentSequence],
    "sources": [pydicom.dcmread(f, stop_before_pixels=True).SOPInstanceUID for f in sys.argv[2:]],
}))
`;

interface Peer {
  groups: {
    template: string;
    name: string;
    uid: string;
    segment: boolean;
    graphics: object[];
    numbers: {
      concept: string[];
      value: number;
      unit: string;
      derivation: string | null;
      graphics: object[];
    }[];
  }[];
  evidence: string[];
  library: string[];
  sources: string[];
}

/** What the values of the region are, each with its derivation. */
const intensity = {
  ct: { concept: ["112031", "DCM", "Attenuation Coefficient"], unit: "[hnsf'U]" },
  mr: { concept: ["110852", "DCM", "MR signal intensity"], unit: "1" },
  frames: { concept: ["pixel-value", "99SLICEBENCH", "Pixel value after the modality LUT"], unit: "1" },
} as const;

describe.skipIf(pydicom === undefined)("pydicom", () => {
  test.each(seriesNames)("finds every coordinate and value as measured (%s)", async (name) => {
    const { measurements, frames } = reports.series(name);
    const files = frames.map(({ file }) => file);
    const [alone, segmented] = (await reports.write(name)).map(
      (file) => runPython(pydicom!, readWithPydicom, [file, ...files]) as Peer,
    ) as [Peer, Peer];
    const px = name === "frames";
    const fround = (places: number[]) => places.map(Math.fround);
    const [length, angle, ellipse, polygon] = measurements.map(({ id, name: drawn, frame, figures }) => {
      const image = [alone.sources[frame]!, px ? frames[frame]!.frame + 1 : 0];
      const uid = `2.25.${BigInt(`0x${id.replaceAll("-", "")}`)}`;
      return { figures, image, common: { name: drawn, uid, segment: false } };
    }) as [Drawn, Drawn, Drawn, Drawn];
    interface Drawn {
      figures: TabledMeasurement["figures"];
      image: unknown[];
      common: object;
    }
    const near = (value: number): number => expect.closeTo(value, 8) as number;
    const region = ({ figures, image, common }: Drawn, type: string, data: number[]) => {
      if (figures.kind !== "region") throw new Error("no region");
      const { mean, standardDeviation, minimum, maximum } = figures.intensity!;
      const derived = {
        Mean: mean,
        "Standard Deviation": standardDeviation,
        Minimum: minimum,
        Maximum: maximum,
      };
      return {
        template: "1410",
        ...common,
        graphics: [{ relationship: "CONTAINS", type, data: fround(data), image }],
        numbers: [
          {
            concept: ["42798000", "SCT", "Area"],
            value: near(figures.area),
            unit: px ? "{pixels}" : "mm2",
            derivation: null,
            graphics: [],
          },
          ...Object.entries(derived).map(([derivation, value]) => ({
            ...intensity[name],
            value: near(value),
            derivation,
            graphics: [],
          })),
        ],
      };
    };
    const line = ({ image, common }: Drawn, number: object, data: number[]) => ({
      template: "1501",
      ...common,
      graphics: [],
      numbers: [
        {
          ...number,
          derivation: null,
          graphics: [{ relationship: "INFERRED FROM", type: "POLYLINE", data: fround(data), image }],
        },
      ],
    });
    if (length.figures.kind !== "length" || angle.figures.kind !== "angle") throw new Error("no line");
    const drawn = [
      line(
        length,
        {
          concept: ["410668003", "SCT", "Length"],
          value: near(length.figures.length),
          unit: px ? "{pixels}" : "mm",
        },
        [3.3, 2.1, 21.7, 17.45],
      ),
      line(
        angle,
        { concept: ["1483009", "SCT", "Angle"], value: near(angle.figures.degrees), unit: "deg" },
        [20.25, 2.5, 8.7, 12.1, 8.7, 12.1, 25.3, 20.9],
      ),
      // Its major axis is the upright one; each begins on the side where the drag began.
      region(ellipse, "ELLIPSE", [14.35, 21.3, 14.35, 3.2, 19.6, 12.25, 9.1, 12.25]),
      region(polygon, "POLYLINE", [5.1, 4.2, 27.6, 4.9, 22.2, 18.3, 6.4, 15.7, 5.1, 4.2]),
    ];
    expect(alone.groups).toEqual(drawn);
    expect(segmented.groups.slice(1)).toEqual(drawn);
    expect(segmented.groups[0]).toMatchObject({ template: "1411", name: "Liver", segment: true });

    // The first frame has the mask, the others have what was drawn: all of them are evidence, each once.
    const all = [...new Set(alone.sources)];
    const measured = px ? all : all.slice(1);
    expect([alone.evidence.toSorted(), alone.library.toSorted()]).toEqual([
      measured.toSorted(),
      measured.toSorted(),
    ]);
    expect(segmented.library.toSorted()).toEqual(all.toSorted());
    expect(segmented.evidence).toHaveLength(all.length + 1);
    expect(segmented.evidence).toEqual(expect.arrayContaining(all));
  });
});

const dsrdump = programOrSkip("dsrdump", "dcmtk");

/** Its check of values knows no UTF-8 and says so; that is no fault of the file. */
const noUtf8 = "W: The VR checker does not support this Specific Character Set: ISO_IR 192";

describe.skipIf(dsrdump === undefined)("DCMTK", () => {
  test.each(seriesNames)("takes the reports for valid and prints their tree (%s)", async (name) => {
    for (const file of await reports.write(name)) {
      const { status, stdout, stderr } = spawnSync(dsrdump!, ["+Pc", "+Pl", file], { encoding: "utf8" });
      const complaints = stderr.split("\n").filter((line) => line !== "" && line !== noUtf8);
      expect({ status, complaints }).toEqual({ status: 0, complaints: [] });
      for (const { name: drawn, figures } of reports.series(name).measurements) {
        expect(stdout).toContain(`Tracking Identifier")="${drawn}"`);
        const [concept, value] =
          figures.kind === "length"
            ? ["Length", figures.length]
            : figures.kind === "angle"
              ? ["Angle", figures.degrees]
              : ["Area", figures.area];
        expect(stdout).toContain(`"${concept}")="${String(Number(value.toPrecision(10))).slice(0, 10)}`);
      }
      const graphics = stdout.match(/(inferred from|contains) SCOORD:\([^)]*\)=\((POLYLINE|ELLIPSE)/g);
      expect(graphics).toHaveLength(4);
      expect(stdout.match(/selected from IMAGE/g)).toHaveLength(4);
    }
  });
});

const dciodvfy = programOrSkip("dciodvfy", "dicom3tools");

describe.skipIf(dciodvfy === undefined)("dciodvfy", () => {
  test.each(seriesNames)("finds no error in them (%s)", async (name) => {
    for (const file of await reports.write(name)) {
      const { stdout, stderr } = spawnSync(dciodvfy!, ["-new", file], { encoding: "utf8" });
      const lines = `${stdout}${stderr}`.split("\n");
      expect(lines.filter((line) => line.startsWith("Error"))).toEqual([]);
      expect(lines.some((line) => line.includes("EnhancedSR"))).toBe(true);
    }
  });
});

const highdicom = pythonWith("highdicom");

/** Which groups its classes for the templates take, by kind. */
const readWithHighdicom = `
import json, sys, highdicom
report = highdicom.sr.srread(sys.argv[1]).content
def region(group):
    return [group.tracking_identifier, group.roi.graphic_type.value, group.roi.value.tolist(),
            [[m.name.meaning, m.value, m.derivation.meaning if m.derivation else None] for m in group.get_measurements()]]
def line(group):
    return [group.tracking_identifier, [[m.name.meaning, m.value, m.unit.value] for m in group.get_measurements()]]
print(json.dumps({
    "planar": [region(g) for g in report.get_planar_roi_measurement_groups()],
    "volumetric": len(report.get_volumetric_roi_measurement_groups()),
    "image": [line(g) for g in report.get_image_measurement_groups()],
}))
`;

describe.skipIf(highdicom === undefined)("highdicom", () => {
  test("reads regions as planar, lengths and angles as measurements, segments as volumes", async () => {
    const [, segmented] = await reports.write("mr");
    const read = runPython(highdicom!, readWithHighdicom, [segmented]);
    expect(read).toMatchObject({
      planar: [
        ["Drawn ellipse", "ELLIPSE", { length: 4 }, { length: 5 }],
        ["Drawn polygon", "POLYLINE", { length: 5 }, { length: 5 }],
      ],
      volumetric: 1,
      image: [
        ["Drawn length", [["Length", expect.any(Number), "mm"]]],
        ["Winkel über β", [["Angle", expect.any(Number), "deg"]]],
      ],
    });
  });
});
