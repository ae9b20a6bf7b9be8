"""Decodes DICOM with GDCM, and a series with pydicom and GDCM; writes the files that all decode."""

import time
from pathlib import Path

import gdcm
import numpy
import pydicom
from calls import answer
from pydicom._uid_dict import UID_dictionary
from pydicom.encaps import encapsulate
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

# pydicom before 3 does not know it, and writes only what it knows.
high_throughput = "1.2.840.10008.1.2.4.201"
UID_dictionary.setdefault(high_throughput, ("HTJ2K lossless", "Transfer Syntax", "", "", ""))

gdcm.Trace.WarningOff()

rewritten = {
    "implicit little endian": ImplicitVRLittleEndian,
    "big endian": ExplicitVRBigEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
}
compressed = {
    "RLE": gdcm.TransferSyntax.RLELossless,
    "JPEG lossless (SV1)": gdcm.TransferSyntax.JPEGLosslessProcess14_1,
    "JPEG-LS": gdcm.TransferSyntax.JPEGLSLossless,
    "JPEG 2000 lossless": gdcm.TransferSyntax.JPEG2000Lossless,
    "JPEG 2000 lossy": gdcm.TransferSyntax.JPEG2000,
    "JPEG baseline, 8 bits": gdcm.TransferSyntax.JPEGBaselineProcess1,
}


def start():
    return {"gdcm": gdcm.Version.GetVersion(), "pydicom": pydicom.__version__}


def rewrite(file, syntax, to):
    """Writes an explicit little endian file in another uncompressed encoding."""
    data = pydicom.dcmread(file)
    uid = rewritten[syntax]
    data.file_meta.TransferSyntaxUID = uid
    data.is_implicit_VR, data.is_little_endian = uid.is_implicit_VR, uid.is_little_endian
    if not uid.is_little_endian:
        data.PixelData = numpy.frombuffer(data.PixelData, "<u2").byteswap().tobytes()
    data.save_as(to, write_like_original=False)


def compress(file, syntax, to):
    reader = opened(file)
    writer = gdcm.ImageWriter()
    writer.SetFileName(to)
    writer.SetFile(reader.GetFile())
    change = changed(reader, compressed[syntax])
    writer.SetImage(change.GetOutput())
    if not writer.Write():
        raise ValueError(f"GDCM does not write {syntax}.")


def wrap(file, codestream, to):
    """Puts an HTJ2K codestream in place of a file's pixels."""
    data = pydicom.dcmread(file)
    data.file_meta.TransferSyntaxUID = high_throughput
    data.PixelData = encapsulate([Path(codestream).read_bytes()])
    data["PixelData"].VR = "OB"
    data["PixelData"].is_undefined_length = True
    data.save_as(to, write_like_original=False)


def narrow(file, to):
    """Writes the upper 8 of 12 bits."""
    data = pydicom.dcmread(file)
    data.BitsAllocated, data.BitsStored, data.HighBit = 8, 8, 7
    data.PixelData = (numpy.frombuffer(data.PixelData, "<u2") >> 4).astype("u1").tobytes()
    data["PixelData"].VR = "OB"
    data.save_as(to, write_like_original=False)


def opened(file):
    reader = gdcm.ImageReader()
    reader.SetFileName(file)
    if not reader.Read():
        raise ValueError(f"GDCM does not read {file}.")
    return reader


def changed(reader, syntax):
    """GDCM's objects own what they hand out: the caller keeps them as long as it uses that."""
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    change.SetInput(reader.GetImage())
    if not change.Change():
        raise ValueError("GDCM does not convert the pixels.")
    return change


def decode(file):
    """From the file to its pixels, as `gdcmconv --raw` does without writing: none of it is Python's own work."""
    began = time.perf_counter()
    changed(opened(file), gdcm.TransferSyntax.ExplicitVRLittleEndian)
    return (time.perf_counter() - began) * 1000


def pixels(file, to):
    """GDCM's pixels, for the comparison with ours; its Python binding gives bytes as text."""
    reader = opened(file)
    buffer = reader.GetImage().GetBuffer()
    Path(to).write_bytes(buffer.encode("utf-8", errors="surrogateescape"))


def series(folder):
    """Times to the first picture of a series and to all: headers sorted first, as one must to know which is first."""
    began = time.perf_counter()
    heads = [(file, pydicom.dcmread(file, stop_before_pixels=True)) for file in Path(folder).iterdir()]
    heads.sort(key=lambda head: head[1].ImagePositionPatient[2])
    slices, first = [], None
    for file, _ in heads:
        data = pydicom.dcmread(file)
        if data.file_meta.TransferSyntaxUID.is_compressed:
            data.convert_pixel_data("gdcm")
        slices.append(data.pixel_array)
        first = first or time.perf_counter()
    return {"first": (first - began) * 1000, "all": (time.perf_counter() - began) * 1000}


answer(
    dict(
        start=start,
        rewrite=rewrite,
        compress=compress,
        wrap=wrap,
        narrow=narrow,
        decode=decode,
        pixels=pixels,
        series=series,
    )
)
