"""What an extension is for, as far as its EXTNAME tells: science, error, mask, weight …"""

from __future__ import annotations

import re

from visiomatic.fits.hdu import Hdu

_ROLES = {
    "science": "SCI SCIENCE DATA IMAGE IMG FLUX SIGNAL PRIMARY I",
    "error": "ERR ERROR ERRORS RMS SIGMA UNC UNCERT UNCERTAINTY STD STDEV NOISE NOISEMAP STDDEV ERRMAP",
    "variance": "VAR VARIANCE STAT IVAR INVVAR INVERSEVAR COVAR COVARIANCE",
    "mask": "DQ MASK FLAG FLAGS FLG BPM BADPIX PIXELDQ GROUPDQ DQMASK CRMASK OBJMASK BITMASK SEG SEGM SEGMAP QUALITY "
    "DATAQUALITY MASKS MSK",
    "weight": "WHT WEIGHT WEIGHTS WGT WT WEIGHTMAP",
    "exposure": "EXP EXPOSURE EXPMAP EXPTIME TIME SAMP NSAMP COVERAGE COV NEXP EXPO",
    "context": "CTX CON CONTEXT FIELDMAP",
    "background": "BKG BACKGROUND SKY BKGMAP BACK DARK BIAS FLAT AREA PSF",
}
_ROLE_OF = {word: role for role, words in _ROLES.items() for word in words.split()}
_WORDS = re.compile(r"[A-Za-z]+")


def role_of(hdu: Hdu) -> str:
    """The role of an HDU, or ``""`` where its name tells nothing."""
    if hdu.kind in ("table", "ascii table"):
        return "table"
    if hdu.kind == "random groups":
        return "visibilities"
    return "" if hdu.index == 0 and not hdu.header.text("EXTNAME") else role_of_name(hdu.name)


def role_of_name(name: str) -> str:
    """The most telling word of the name decides: ``CCD 1.RMS`` is an error map, ``VAR_FLAT`` a variance."""
    known = [_ROLE_OF[word] for word in map(str.upper, _WORDS.findall(name)) if word in _ROLE_OF]
    return max(known, key=lambda role: {"science": 0, "background": 1}.get(role, 2), default="")
