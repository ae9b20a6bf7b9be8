import { describe, expect, test } from "vitest";
import { addressText, dayText, patientText, titleOfStudy } from "./words";

const study = { studyInstanceUid: "1.2", modalities: ["MR"] };

describe("a study that an archive found", () => {
  test("has its day written with dashes, and as it stands where it is none", () => {
    expect(dayText("20200302")).toBe("2020-03-02");
    expect(dayText("2020.03.02")).toBe("2020.03.02");
    expect(dayText(undefined)).toBe("");
  });

  test("is titled without the patient", () => {
    const named = { ...study, patientName: "Doe^Jane", description: "Heart", studyDate: "20200302" };
    expect(titleOfStudy(named)).toBe("MR Heart, 2020-03-02");
    expect(titleOfStudy({ ...study, modalities: [] })).toBe("Study");
    expect(patientText(named)).toBe("Doe, Jane");
    expect(patientText({ ...study, patientName: "^" })).toBe("no name");
  });

  test("has a title that the host takes, however long its description is", () => {
    const title = titleOfStudy({ ...study, description: "𝕏".repeat(500), studyDate: "x".repeat(500) });
    expect(title.length).toBeLessThanOrEqual(120);
    // Throws for half a character.
    expect(decodeURIComponent(encodeURIComponent(title))).toBe(title);
  });
});

test("an archive is told by its protocol and address", () => {
  const dimse = { name: "A", host: "10.0.0.7", port: 104, calledAeTitle: "ARCHIVE", callingAeTitle: "ME" };
  expect(addressText({ protocol: "dimse", ...dimse })).toBe("DIMSE, ARCHIVE at 10.0.0.7:104");
  expect(
    addressText({ protocol: "dicomweb", name: "A", url: "https://a.example/w", login: { kind: "none" } }),
  ).toBe("DICOMweb, https://a.example/w");
});
