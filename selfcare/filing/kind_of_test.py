"""What kind of test a received report is, from what it was sent as. The kind decides the release (results.release)."""

from collections.abc import Iterable

from selfcare.filing.received_report import CODED, TEXT, Coding, ReceivedReport
from selfcare.results.signs import readable

# Diagnostic service sections (HL7 table 0074) that say the kind.
SECTIONS = {
    "CG": "genetics", "GE": "genetics",
    "CP": "tissue", "PAT": "tissue", "SP": "tissue",
    "MB": "culture", "MCB": "culture", "MYC": "culture", "PAR": "culture", "VR": "culture",
    "CT": "imaging", "CUS": "imaging", "NMR": "imaging", "NMS": "imaging", "OUS": "imaging", "RAD": "imaging",
    "RUS": "imaging", "RX": "imaging", "VUS": "imaging", "XRC": "imaging",
    "AU": "function", "CTH": "function", "EC": "function", "EN": "function", "PF": "function",
    "BG": "blood", "BLB": "blood", "CH": "blood", "HM": "blood", "IMM": "blood", "SR": "blood", "TX": "blood",
}  # fmt: skip

# Words in the names of what was asked for, of the section and of the specimen, the most careful kind first: what is
# best talked over must not be shown at once because it also says "blood".
WORDS = (
    ("genetics", ("genetic", "genom", "karyotyp", "chromosom", "mutation", "dna ", "sequencing")),
    ("tissue", ("histolog", "histopatholog", "cytolog", "cytopatholog", "biops", "tissue", "bone marrow",
                "smear test")),
    ("culture", ("microbiolog", "culture", "microscopy", "swab", "sensitivit", "faeces", "feces", "stool", "sputum",
                 "virolog", "parasit")),
    ("urine", ("urine", "urinary", "urinalysis")),
    ("imaging", ("radiolog", "x-ray", "xray", "ultrasound", "tomograph", "magnetic resonance", "mri ", "imaging",
                 "scan")),
    ("function", ("spirometr", "electrocardiogra", "ecg", "echocardiogra", "lung function", "nerve conduction")),
    ("blood", ("blood", "serum", "plasma", "haematolog", "hematolog", "biochemist", "chemistry")),
)  # fmt: skip

# Words in the results, in what they found, and in the conclusion: a test that looks for them is to be talked over as
# much as a biopsy, whatever the report is called.
TALKED_OVER = (
    # genes
    "genetic", "genom", "karyotyp", "chromosom", "mutation", "sequencing", "exome", "pathogenic variant",
    "gene variant", "carrier", "hereditary", "inherited", "trisomy", "aneuploid", "nipt", "cell-free dna",
    "cell free dna", "cfdna", "ctdna", "fetal dna", "foetal dna", "brca", "lynch syndrome", "huntington", "apoe",
    "microsatellite", "methylation", "paternity", "prenatal screen", "antenatal screen", "newborn screen",
    # cancer
    "cancer", "carcinom", "malignan", "neoplas", "lymphoma", "leukaemi", "leukemi", "melanoma", "sarcoma", "myeloma",
    "metasta", "tumour", "tumor", "dysplasia", "dyskaryosis", "intraepithelial", "histolog", "histopatholog", "cytolog",
    "cytopatholog", "biops", "blast cells",
)  # fmt: skip

# Sections that the words can only make more careful, never less.
CAREFUL = ("genetics", "tissue")


def of_report(report: ReceivedReport) -> str:
    """One of `results.release.KINDS`: by its section, then by its words; `other` when neither says.

    Genetics and tissue are found by their words too, whatever the section: they are the ones shown together.
    """
    said = f"{report.title} {report.specimen} {_words(report.categories)} {_words(report.codes)} ".casefold()
    by_words = next((kind for kind, words in WORDS if any(word in said for word in words)), None)
    if by_words in CAREFUL:
        return str(by_words)
    by_section = next((SECTIONS[one.code] for one in report.categories if one.code in SECTIONS), None)
    if by_section == "blood" and by_words == "urine":
        return "urine"  # chemistry of a urine sample
    return by_section or by_words or "other"


def is_talked_over(report: ReceivedReport) -> bool:
    """Whether what it looked for, or found, wants talking over, whatever kind of test it is: genes and cancer."""
    parts = [report.title, report.conclusion, report.note, report.specimen, _words(report.categories)]
    parts.append(_words(report.codes))
    for result in report.results:
        parts += [result.name, result.method, result.note, result.absent_reason, _words(result.codes)]
        parts += [result.value, result.flag] if result.kind in (TEXT, CODED) else [result.flag]
    whole = readable(" ".join(parts)).casefold()
    return any(word in whole for word in TALKED_OVER)


def _words(codes: Iterable[Coding]) -> str:
    return " ".join(f"{one.display} {one.text}" for one in codes)
