"""Whom the law names: where people complain about privacy, and where about barriers, in each Land.

Of authorities, their own German names and addresses. Sources: the Länder's data protection acts (Art. 51
GDPR); for Baden-Württemberg §§ 10 and 10b L-BGG.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Authority:
    name: str
    url: str
    # Lines of a postal address, where we know it for sure.
    address: tuple[str, ...] = ()


# Supervisory authorities for public bodies, by ISO 3166-2 code.
DATA_PROTECTION = {
    "BW": Authority(
        "Der Landesbeauftragte für den Datenschutz und die Informationsfreiheit Baden-Württemberg",
        "https://www.baden-wuerttemberg.datenschutz.de",
        ("Heilbronner Straße 35", "70191 Stuttgart"),
    ),
    "BY": Authority(
        "Der Bayerische Landesbeauftragte für den Datenschutz", "https://www.datenschutz-bayern.de"
    ),
    "BE": Authority(
        "Berliner Beauftragte für Datenschutz und Informationsfreiheit", "https://www.datenschutz-berlin.de"
    ),
    "BB": Authority(
        "Die Landesbeauftragte für den Datenschutz und für das Recht auf Akteneinsicht Brandenburg",
        "https://www.lda.brandenburg.de",
    ),
    "HB": Authority(
        "Landesbeauftragte für Datenschutz und Informationsfreiheit Bremen",
        "https://www.datenschutz.bremen.de",
    ),
    "HH": Authority(
        "Der Hamburgische Beauftragte für Datenschutz und Informationsfreiheit",
        "https://datenschutz-hamburg.de",
    ),
    "HE": Authority(
        "Der Hessische Beauftragte für Datenschutz und Informationsfreiheit", "https://datenschutz.hessen.de"
    ),
    "MV": Authority(
        "Der Landesbeauftragte für Datenschutz und Informationsfreiheit Mecklenburg-Vorpommern",
        "https://www.datenschutz-mv.de",
    ),
    "NI": Authority(
        "Der Landesbeauftragte für den Datenschutz Niedersachsen", "https://www.lfd.niedersachsen.de"
    ),
    "NW": Authority(
        "Landesbeauftragte für Datenschutz und Informationsfreiheit Nordrhein-Westfalen",
        "https://www.ldi.nrw.de",
    ),
    "RP": Authority(
        "Der Landesbeauftragte für den Datenschutz und die Informationsfreiheit Rheinland-Pfalz",
        "https://www.datenschutz.rlp.de",
    ),
    "SL": Authority("Unabhängiges Datenschutzzentrum Saarland", "https://www.datenschutz.saarland.de"),
    "SN": Authority(
        "Sächsische Datenschutz- und Transparenzbeauftragte", "https://www.datenschutz.sachsen.de"
    ),
    "ST": Authority(
        "Landesbeauftragte für den Datenschutz Sachsen-Anhalt", "https://datenschutz.sachsen-anhalt.de"
    ),
    "SH": Authority(
        "Unabhängiges Landeszentrum für Datenschutz Schleswig-Holstein", "https://www.datenschutzzentrum.de"
    ),
    "TH": Authority(
        "Thüringer Landesbeauftragter für den Datenschutz und die Informationsfreiheit",
        "https://www.tlfdi.de",
    ),
}

# Of the others no town has asked yet; staff enter theirs (`PublicPages.enforcement_body`).
ENFORCEMENT = {
    "BW": Authority(
        "Schlichtungsstelle beim Landeszentrum Barrierefreiheit (LZ-BARR)",
        "https://barrierefreiheit-bw.de/barrierefreiheitdurchsetzen/schlichtungsantrag",
        ("Else-Josenhans-Straße 6", "70173 Stuttgart"),
    ),
}
