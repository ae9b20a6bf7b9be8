/** SOP classes without pictures, by UID: what a person calls them (PS3.4 annex B.5, PS3.3 F). */
const nonImageNames: ReadonlyMap<string, string> = new Map([
  ["1.2.840.10008.1.3.10", "DICOM directory (DICOMDIR)"],
  ["1.2.840.10008.5.1.4.1.1.9.1.1", "12-lead ECG"],
  ["1.2.840.10008.5.1.4.1.1.9.1.2", "general ECG"],
  ["1.2.840.10008.5.1.4.1.1.9.1.3", "ambulatory ECG"],
  ["1.2.840.10008.5.1.4.1.1.9.2.1", "haemodynamic waveform"],
  ["1.2.840.10008.5.1.4.1.1.9.4.1", "basic voice audio"],
  ["1.2.840.10008.5.1.4.1.1.11.1", "greyscale presentation state"],
  ["1.2.840.10008.5.1.4.1.1.11.2", "colour presentation state"],
  ["1.2.840.10008.5.1.4.1.1.66", "raw data"],
  ["1.2.840.10008.5.1.4.1.1.66.1", "spatial registration"],
  ["1.2.840.10008.5.1.4.1.1.66.2", "spatial fiducials"],
  ["1.2.840.10008.5.1.4.1.1.66.3", "deformable spatial registration"],
  ["1.2.840.10008.5.1.4.1.1.66.5", "surface segmentation"],
  ["1.2.840.10008.5.1.4.1.1.67", "real world value mapping"],
  ["1.2.840.10008.5.1.4.1.1.88.11", "structured report (basic text)"],
  ["1.2.840.10008.5.1.4.1.1.88.22", "structured report (enhanced)"],
  ["1.2.840.10008.5.1.4.1.1.88.33", "structured report (comprehensive)"],
  ["1.2.840.10008.5.1.4.1.1.88.34", "structured report (comprehensive 3D)"],
  ["1.2.840.10008.5.1.4.1.1.88.40", "procedure log"],
  ["1.2.840.10008.5.1.4.1.1.88.59", "key object selection"],
  ["1.2.840.10008.5.1.4.1.1.88.67", "radiation dose report"],
  ["1.2.840.10008.5.1.4.1.1.91.1", "microscopy annotations"],
  ["1.2.840.10008.5.1.4.1.1.104.1", "encapsulated PDF"],
  ["1.2.840.10008.5.1.4.1.1.104.2", "encapsulated CDA document"],
  ["1.2.840.10008.5.1.4.1.1.104.3", "encapsulated STL model"],
  ["1.2.840.10008.5.1.4.1.1.481.3", "RT structure set (contours)"],
  ["1.2.840.10008.5.1.4.1.1.481.4", "RT beams treatment record"],
  ["1.2.840.10008.5.1.4.1.1.481.5", "RT plan"],
  ["1.2.840.10008.5.1.4.1.1.481.8", "RT ion plan"],
  ["1.2.840.10008.5.1.4.1.1.4.2", "MR spectroscopy"],
]);

/** What an object without pictures is; undefined for classes that hold pictures and for unknown ones. */
export function nameOfNonImage(sopClassUid: string | undefined): string | undefined {
  return sopClassUid === undefined ? undefined : nonImageNames.get(sopClassUid);
}
