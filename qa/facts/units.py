"""Units: what is measured, and how many of the family's first unit one of them is."""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple


class Unit(NamedTuple):
    """`family` says what is measured; amounts of one family compare after multiplying by `factor`."""

    family: str
    factor: Decimal


_FAMILIES = {
    "length": """1 m metre meter mtr; 1000 km kilometre kilometer kms; 0.01 cm centimetre centimeter; 0.001
        mm millimetre millimeter; 0.000001 um micrometre micrometer micron; 0.000000001 nm
        nanometre nanometer; 1609.344 mile mi; 0.9144 yard yd; 0.3048 foot feet ft; 0.0254 inch
        inches; 1852 nautical_mile nmi""",
    "area": """1 m2 sqm square_metre square_meter square_m; 1000000 km2 square_kilometre square_kilometer
        square_km; 10000 hectare ha; 4046.8564224 acre; 0.0001 cm2 square_centimetre
        square_centimeter; 0.000001 mm2; 2589988.110336 square_mile; 0.09290304 square_foot
        square_feet sqft ft2 square_ft; 0.00064516 square_inch""",
    "volume": """0.001 l litre liter ltr; 0.000001 ml millilitre milliliter cc cm3 cubic_centimetre
        cubic_centimeter; 0.00001 cl centilitre centiliter; 1 m3 cubic_metre cubic_meter cbm;
        0.003785411784 gallon gal; 0.000473176473 pint; 0.158987294928 barrel bbl; 0.028316846592
        cubic_foot cubic_feet ft3; 0.1 hl hectolitre hectoliter; 1000000000 km3 cubic_kilometre
        cubic_kilometer""",
    "mass": """1 g gram gramme; 1000 kg kilo kilogram kilogramme kgs; 0.001 mg milligram; 0.000001 ug mcg
        microgram; 1000000 t tonne metric_ton mt; 453.59237 lb lbs pound; 28.349523125 oz ounce;
        907184.74 short_ton; 6350.29318 stone""",
    "time": """1 s sec second; 60 min minute mins; 3600 h hr hour hrs; 86400 day; 604800 week wk; 1209600
        fortnight; 0.001 ms millisecond; 0.000001 us microsecond; 0.000000001 ns nanosecond""",
    "months": "1 month mo; 12 year yr annum; 3 quarter; 120 decade; 1200 century centuries",
    "share": """1 % percent per_cent pct percentage_point pp; 0.01 basis_point bps; 0.1 ‰ permille
        per_mille""",
    "celsius": "1 °c degree_celsius degree_centigrade celsius",
    "fahrenheit": "1 °f degree_fahrenheit fahrenheit",
    "kelvin": "1 kelvin",
    "angle": "1 °",
    "energy": """1 j joule; 1000 kj kilojoule; 1000000 mj megajoule; 3600 wh watt_hour; 3600000 kwh
        kilowatt_hour kilowatthour; 3600000000 mwh megawatt_hour; 3600000000000 gwh gigawatt_hour;
        3600000000000000 twh terawatt_hour; 4184 kcal kilocalorie; 4.184 cal calorie""",
    "power": """1 w watt; 1000 kw kilowatt; 1000000 mw megawatt; 1000000000 gw gigawatt; 735.49875 hp
        horsepower""",
    "voltage": "1 v volt; 1000 kv kilovolt; 0.001 mv millivolt",
    "current": "1 a amp ampere; 0.001 ma milliamp milliampere",
    "charge": "1 ah amp_hour ampere_hour; 0.001 mah",
    "resistance": "1 ohm Ω; 1000 kohm",
    "frequency": """1 hz hertz; 1000 khz kilohertz; 1000000 mhz megahertz; 1000000000 ghz gigahertz;
        0.016666666666666666666666667 rpm""",
    "pressure": """1 pa pascal; 100 hpa hectopascal mbar millibar; 1000 kpa kilopascal; 1000000 mpa
        megapascal; 100000 bar; 6894.757293 psi; 101325 atm atmosphere; 133.322387415 mmhg""",
    "force": "1 n newton; 1000 kn kilonewton",
    "sound": "1 db decibel dba",
    "parts": "1 ppm; 0.001 ppb",
    "bytes": """1 byte; 1000 kb kilobyte; 1000000 mb megabyte; 1000000000 gb gigabyte; 1000000000000 tb
        terabyte; 1000000000000000 pb petabyte; 1024 kib; 1048576 mib; 1073741824 gib""",
    "bits": "1 bit; 1000 kbit kilobit; 1000000 mbit megabit; 1000000000 gbit gigabit",
    "pixels": "1 pixel px; 1000000 megapixel mp",
    "speed": """1 m/s; 0.27777777777777777777777778 km/h kph kmh; 0.44704 mph;
        0.51444444444444444444444444 knot kt""",
    "data rate": "1000000 mbit/s mbps mb/s; 1000000000 gbit/s gbps; 1000 kbit/s kbps",
    "dollar": "1 $ dollar; 0.01 cent ¢",
    "us dollar": "1 usd us$",
    "canadian dollar": "1 cad c$",
    "australian dollar": "1 aud a$",
    "euro": "1 € eur euro; 0.01 cent eurocent",
    "pound": "1 £ gbp pound_sterling sterling pound quid; 0.01 pence penny",
    "yen": "1 ¥ jpy yen",
    "yuan": "1 cny rmb yuan renminbi ¥",
    "franc": "1 chf swiss_franc franc",
    "rupee": "1 inr ₹ rupee",
    "rouble": "1 rub ₽ rouble ruble",
    "krona": "1 sek nok dkk krona kronor krone kroner",
    "before christ": "1 bc bce b.c b.c.e",
    "after christ": "1 ad ce a.d c.e",
}
# Which families an unsaid kind of dollar, degree or ton may be.
_ANY = {
    "dollar": ("dollar", "us dollar", "canadian dollar", "australian dollar"),
    "angle": ("angle", "celsius", "fahrenheit"),
}


def _entries() -> dict[str, tuple[Unit, ...]]:
    table: dict[str, tuple[Unit, ...]] = {}
    for family, units in _FAMILIES.items():
        for line in units.split(";"):
            factor, *names = line.split()
            for name in names:
                kinds = _ANY.get(family, (family,)) if Decimal(factor) == 1 else (family,)
                table[name] = table.get(name, ()) + tuple(Unit(kind, Decimal(factor)) for kind in kinds)
    # "Ton" is any of three, none of which the other two are.
    tons = ("1000000", "907184.74", "1016046.9088")
    table["ton"] = tuple(Unit("mass", Decimal(ton)) for ton in tons)
    table["degree"] = table["°"]
    table["k"] = table["kelvin"]
    table["c"], table["f"] = table["celsius"], table["fahrenheit"]
    return table


UNITS: Mapping[str, tuple[Unit, ...]] = MappingProxyType(_entries())
_PREFIX = {"sq": "square", "cu": "cubic"}
# With a capital they are another thing: "MW" is 10⁹ times "mW".
_BY_CASE = {
    "mW": ("power", "0.001"),
    "MW": ("power", "1000000"),
    "mJ": ("energy", "0.001"),
    "Mb": ("bits", "1000000"),
}


def named(words: tuple[str, ...]) -> tuple[Unit, ...]:
    """The units that one or two words may mean; none when they are no unit."""
    if len(words) == 1 and words[0] in _BY_CASE:
        family, factor = _BY_CASE[words[0]]
        return (Unit(family, Decimal(factor)),)
    name = "_".join(_PREFIX.get(word, word) for word in (word.lower().rstrip(".") for word in words))
    return UNITS.get(name) or UNITS.get(_singular(name), ())


def per(above: tuple[Unit, ...], below: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """The units of a rate: "km" and "h" make one that compares with "m/s"."""
    rates = []
    for unit, base in ((unit, base) for unit in above for base in below):
        family = (
            "speed" if (unit.family, base.family) == ("length", "time") else f"{unit.family} per {base.family}"
        )
        family = "data rate" if (unit.family, base.family) == ("bits", "time") else family
        rates.append(Unit(family, unit.factor / base.factor))
    return tuple(rates)


def _singular(name: str) -> str:
    if name.startswith("degrees_"):
        return "degree_" + name.removeprefix("degrees_")
    return re.sub(r"(?<=ch)es$|s$", "", name) if len(name) > 3 else name
