"""What a claim says that its passage does not: names, numbers, dates, units, denials, rows; pairs by hand."""

from dataclasses import dataclass

import pytest

from qa.facts import mismatch

LEASE = (
    "Workshop lease. The landlord, Ada Lindqvist, and the tenant, Joaquín Muñoz, signed on 9 April 2021 in Graz. "
    "The monthly rent is 1,234.50 euros, payable by the 3rd of each month. The notice period is six months. The "
    "tenant must not sublet the workshop. The deposit is three months' rent. It may rise by 2.5 percent per year."
)
REPORT = (
    "3M Company, annual report 2018 (in millions, except per share amounts). Net sales were $32,765 in 2018 and "
    "$31,657 in 2017. Capital expenditure was $1,577. Net income fell to $5,349, a margin of 16.3%. The loss on "
    "divestitures was (547). The company employs about 93,500 people in 70 countries."
)
HISTORY = (
    "The Normans came to Normandy in the 10th and 11th centuries. Louis XIV, King of France, reigned from 1643 "
    "to 1715. William the Conqueror won the Battle of Hastings on October 14, 1066. The Second World War ended in "
    "Europe on 8 May 1945. In the 1990s the United Nations sent 12,000 soldiers; the treaty was not ratified."
)
HEATING = (
    "The heat pump keeps the water at 48 °C and the flow at 18–20 litres per minute. The buffer tank holds 300 l. "
    "The cable is 12 km long. The fuse is rated at 16 A. Yearly use is 4,200 kWh. Do not open the valve of the "
    "refrigerant circuit. The compressor restarts by itself after 30 minutes. Opening hours: 8 am to 5:30 pm."
)
CODES = (
    "Model QX-204 replaces the F-16 adapter. The network uses IPv6 and two 3M filters. Apollo 11 landed in 1969. "
    "Fault E15 means a refrigerant leak. See Form 10-K for the fourth quarter of 2022."
)


@dataclass(frozen=True)
class Pair:
    claim: str
    passage: str
    question: str = ""
    reason: str = ""


def pairs(passage: str, *claims: str) -> list[Pair]:
    return [Pair(claim, passage) for claim in claims]


def unlike(passage: str, claims: dict[str, str]) -> list[Pair]:
    return [Pair(claim, passage, reason=reason) for claim, reason in claims.items()]


SUPPORTED = [
    *pairs(
        LEASE,
        "Lindqvist is the landlord.",
        "Ada Lindqvist's tenant is Joaquin Munoz.",
        "The landlord Ada Lindqvist signed the lease in Graz.",
        "It was signed on April 9, 2021.",
        "It was signed on 2021-04-09.",
        "It was signed on the 9th of April 2021.",
        "It was signed on 09.04.2021.",
        "It was signed on 04/09/2021.",
        "It was signed on 09/04/2021.",
        "It was signed in April 2021.",
        "It was signed in Apr. 2021.",
        "It was signed in April.",
        "It was signed in 2021.",
        "The lease dates from the 2020s.",
        "The lease dates from the 21st century.",
        "The rent is €1,234.50 a month.",
        "The rent is 1234.5 EUR.",
        "The rent is 1.234,50 €.",
        "The rent is 1 234,50 euros.",
        "The rent is about 1,235 euros.",
        "The rent is due on the third of each month.",
        "The notice period is 6 months.",
        "The notice period is half a year, six months.",
        "The tenant must not sublet the workshop.",
        "The tenant is not allowed to sublet the workshop.",
        "The deposit is 3 months' rent.",
        "The rent may rise by 2.5 % a year.",
        "The rent may rise by 2.5 per cent.",
        "Signed in Graz.",
        "Graz",
        "Landlord and tenant signed it.",
        "1. The notice period is six months. [2]",
        "Heating is not mentioned by the tenant.",
    ),
    *pairs(
        REPORT,
        "Net sales were $32,765 million in 2018.",
        "Net sales were $32.8 billion.",
        "Net sales were 32.765 billion dollars.",
        "Net sales came to US$ 32,765 million.",
        "3M's capital expenditure was $1.577 billion.",
        "Capital expenditure was $1.6bn in 2018.",
        "Capital expenditure was $1,577,000,000.",
        "The margin was 16.3 percent.",
        "The margin was 16 %.",
        "Divestitures brought -547.",
        "Divestitures brought a loss of $547 million.",
        "It employs roughly 93,500 people.",
        "It employs some 94,000 people.",
        "It is in seventy countries.",
        "It is in 70 countries.",
        "In FY2018 net sales were $32,765 million.",
    ),
    *pairs(
        HISTORY,
        "The Norman settlers came in the 10th century.",
        "The Normans came in the eleventh century.",
        "The Normans arrived in the tenth and eleventh centuries.",
        "Louis the 14th was king of France.",
        "Louis XIV reigned from 1643 to 1715.",
        "Louis XIV reigned 1643–1715.",
        "Louis XIV reigned 1643–15 and died in the 18th century.".replace("1643–15 and", "until 1715 and"),
        "King Louis XIV reigned in the 1700s.",
        "Hastings was fought on 14 October 1066.",
        "The battle was in the 11th century.",
        "World War II ended in Europe in May 1945.",
        "The war ended on 8.5.1945.",
        "The war ended in the 1940s.",
        "The UN sent 12000 soldiers.",
        "The U.N. sent twelve thousand soldiers.",
        "UN troops came in the nineties.",
        "UN troops came in the '90s.",
        "The treaty wasn't ratified.",
        "The treaty was never ratified.",
        "William won the Battle of Hastings.",
        "In 1066 William the Conqueror won.",
    ),
    *pairs(
        HEATING,
        "The water is kept at 48 degrees Celsius.",
        "The water is kept at 48°C.",
        "The water is kept at 48 degrees.",
        "The flow is 18 to 20 litres per minute.",
        "The flow is between 18 and 20 l/min.",
        "The buffer tank holds 300 liters.",
        "The cable is 12 kilometres long.",
        "The cable is 12,000 m long.",
        "The cable is twelve kilometers long.",
        "The fuse is rated at 16 amperes.",
        "Yearly use is 4200 kilowatt-hours.",
        "Yearly use is 4.2 MWh.",
        "The compressor restarts after half an hour.",
        "The compressor restarts after 30 min.",
        "It opens at 8:00.",
        "It opens at 08:00 am.",
        "It closes at 17:30.",
        "The valve must not be opened.",
        "Never open the valve of the refrigerant circuit.",
    ),
    *pairs(
        CODES,
        "The QX-204 is a model.",
        "The QX204 replaces the adapter.",
        "It replaces F-16s.",
        "It uses IPv6.",
        "Apollo-11 landed in 1969.",
        "E15 is a refrigerant leak.",
        "e15 is a refrigerant leak.",
        "E 15 is a refrigerant leak.",
        "See the 10-K for Q4 2022.",
    ),
    Pair("A hotel in Rome costs 165 euros a night.", "Hotel in Rome | 165 euros a night | breakfast not included"),
    Pair("A hotel in Rome costs 165 euros.", "Hotel in Rome\t165 euros a night\tbreakfast not included"),
    Pair(
        "The Kronenberg Palace was an exceptional example of bourgeois architecture.",
        "Exceptional examples of the bourgeois architecture were not restored then (like Kronenberg Palace).",
    ),
    Pair("Two thirds of the members agreed.", "Of the members, 2/3 agreed."),
    Pair("Three-quarters voted.", "3/4 of them voted."),
    Pair("Half of them voted.", "50 % of them voted."),
    Pair("The pipe is 2½ inches wide.", "The pipe is 2.5 inches wide."),
    Pair("The pipe is 2 1/2 inches wide.", "A pipe of 2.5 in. It is 2.5 inches wide."),
    Pair("It costs 5 million.", "It costs five million."),
    Pair("It costs $5 million.", "It costs $5m."),
    Pair("It costs half a million euros.", "It costs 500,000 euros."),
    Pair("A dozen came.", "Twelve came."),
    Pair("There were 105 men.", "There were one hundred and five men."),
    Pair("There were twenty-one.", "There were 21 of them."),
    Pair("It took 2.5 million years.", "It took two and a half million years."),
    Pair("It lasted 1914–18.", "The war of 1914 to 1918."),
    Pair("The war of 1914 to 1918.", "It lasted 1914–18."),
    Pair("It lasts one year.", "It lasts a year."),
    Pair("It lasts 12 months.", "It lasts a year."),
    Pair("It lasts two weeks.", "It lasts 14 days."),
    Pair("It takes 10 days.", "It takes 10 consecutive days."),
    Pair("The limit is 50 km/h.", "The limit is 50 kilometres per hour."),
    Pair("It is 1 km away.", "It is 1,000 m away."),
    Pair("There is one of them.", "Several are there."),
    Pair("There were 0 deaths.", "No deaths were reported."),
    Pair("Diesel is sold at pier C.", "Diesel is sold at pier C every day except Sunday."),
    Pair("Diesel is sold every day except Sunday.", "Diesel is sold at pier C every day except Sunday."),
    Pair("The value is 34.2 billion.", "The value is 34,229 million."),
    Pair("Sales were $34,229 million.", "(in millions)\nSales 34,229 32,765"),
    Pair("It fell by 5 %.", "The change was -5%."),
    Pair("The change was -5 %.", "It fell by 5%."),
    Pair("Il pesait 3,5 kg.", "Il pesait 3.5 kg."),
    Pair("人口は 1,234 人です。", "人口は1234人です。"),
    Pair("The rent is 500.", "الإيجار ٥٠٠ يورو"),
    Pair("Müller wohnt in Wien.", "Mueller? Nein, Herr Müller wohnt in Wien und ist der Vorsitzende."),
    Pair(
        "Der Vertrag endet mit der Kündigung des Mieters.",
        "Die Verträge enden durch Kündigung der Mieter, und zwar sofort.",
    ),
    Pair("Путин жил в Москве.", "Город Москва и его жители: Путин был там и не один."),
    Pair("George Bush spoke.", "President George W. Bush spoke."),
    Pair("J. Smith wrote it.", "John Smith wrote it."),
    Pair("J.R.R. Tolkien wrote it.", "J. R. R. Tolkien wrote it."),
    Pair("Jean-Paul Sartre wrote it.", "Jean Paul Sartre wrote it."),
    Pair("The GDP grew.", "The gross domestic product grew."),
    Pair("The IMF lent money.", "The International Monetary Fund lent money."),
    Pair("The United States agreed.", "The US agreed."),
    Pair("Duke William of Normandy came.", "William, Duke of Normandy, came."),
    Pair("Prices rose.", "It was clear that prices rose."),
    Pair("Regarding the rent, it is due monthly.", "The rent is due monthly."),
    Pair("Mr. Lindqvist signed.", "Lindqvist signed."),
    Pair("O'Brien signed.", "Mary O’Brien signed."),
    Pair("They met on Friday.", "They met on Fri., late."),
    Pair("Marie Curie was born in Warsaw.", "She was born in Warsaw.", "Where was Marie Curie born?"),
    Pair("Kim Jong Un is 40.", "He is 40 years old.", "How old is Kim Jong Un?"),
    Pair("3M has 70 plants.", "The company has 70 plants.", "How many plants does 3M have?"),
    Pair("The heater does not need service before 5 years.", "No service of the heater is needed before 5 years."),
    Pair("The bill", "Parliament rejected the bill."),
    Pair("The filter can be cleaned.", "The pump must not be opened, but the filter can be cleaned."),
    Pair("It takes no more than 5 days.", "It takes at most 5 days."),
    Pair("The company refused the offer.", "The offer of the company: it refused it."),
    Pair("Smoking is not allowed in the hall.", "Smoking in the hall is prohibited."),
    Pair("Not only Ada but also Bo came.", "Ada and Bo came."),
]

UNSUPPORTED = [
    *unlike(
        LEASE,
        {
            "Kim Jong Un is the landlord.": "the name Kim Jong Un is not in the passage",
            "Eva Lindqvist is the landlord.": "Eva Lindqvist",
            "Ada Muñoz is the landlord.": "Ada Muñoz".replace("ñ", "n"),
            "The landlord signed in Vienna.": "Vienna",
            "Vienna": "Vienna",
            "It was signed on 10 April 2021.": "the date 10 April 2021",
            "It was signed on April 9, 2020.": "April 9, 2020",
            "It was signed on 9 May 2021.": "9 May 2021",
            "It was signed on 2021-04-08.": "2021-04-08",
            "It was signed on 03/09/2021.": "03/09/2021",
            "It was signed in May 2021.": "May 2021",
            "It was signed in 2022.": "2022",
            "The lease dates from the 1990s.": "1990s",
            "The lease dates from the 20th century.": "20th century",
            "The rent is $1,234.50.": "1,234.50",
            "The rent is 1,234.51 euros.": "1,234.51 euros",
            "The rent is 1,243.50 euros.": "1,243.50",
            "The rent is due on the 4th.": "4th",
            "The notice period is six weeks.": "six weeks",
            "The notice period is 3 years.": "3 years",
            "The notice period is five months.": "five months",
            "The tenant may sublet the workshop.": "not so",
            "The tenant must sublet the workshop.": "not so",
            "The deposit is not three months' rent.": "not so",
            "The rent may rise by 25 %.": "25",
            "The rent may rise by 2.55 percent.": "2.55",
            "It was signed by Ada Lindqvist and Bob.": "Bob",
            "It was signed on Friday.": "Friday",
            "42": "the number 42 is not in the passage",
        },
    ),
    *unlike(
        REPORT,
        {
            "Net sales were $32.9 billion.": "32.9 billion",
            "Net sales were $32,765 billion.": "32,765 billion",
            "Net sales were €32,765 million.": "32,765",
            "Net sales were $32,765.4 million.": "32,765.4",
            "Net sales were $32,765 million in 2019.": "2019",
            "Capital expenditure was $1,577 thousand.": "1,577 thousand",
            "The margin was 16.4 percent.": "16.4",
            "The margin was 17 %.": "17",
            "It employs 93,500 people in 71 countries.": "71",
            "It employs some 95,000 people.": "95,000",
            "It is in sixty countries.": "sixty",
            "General Electric employs 93,500 people.": "General Electric",
            "In FY2016 net sales fell.": "FY2016",
        },
    ),
    *unlike(
        HISTORY,
        {
            "The Normans came in the 12th century.": "12th century",
            "The Saxons came in the 10th century.": "Saxons",
            "Louis XV reigned from 1643.": "Louis XV",
            "Louis the 15th reigned from 1643.": "15th",
            "Charles XIV reigned from 1643.": "Charles XIV",
            "Louis XIV reigned from 1644 to 1715.": "1644",
            "Hastings was fought on 15 October 1066.": "15 October 1066",
            "The battle was fought in October 1067.": "October 1067",
            "The battle was in the 12th century.": "12th century",
            "World War I ended in Europe in June 1945.": "June 1945",
            "The war ended in the 1950s.": "1950s",
            "UN troops came in 1994.": "1994",
            "NATO sent 12,000 soldiers.": "NATO",
            "The United Kingdom sent 12,000 soldiers.": "Kingdom",
            "The UN sent 1,200 soldiers.": "1,200",
            "The UN sent 12 soldiers.": "12",
            "The treaty was ratified.": "not so",
            "In the 1990s the French came.": "French",
            "William the Conqueror did not win the Battle of Hastings.": "not so",
        },
    ),
    *unlike(
        HEATING,
        {
            "The water is kept at 48 °F.": "48",
            "The water is kept at 58 °C.": "58",
            "The water is kept at -48 °C.": "48",
            "The flow is 19 litres per minute.": "19",
            "The flow is 18 to 22 litres per minute.": "22",
            "The flow is 18 litres per hour.": "18 litres per hour",
            "The buffer tank holds 300 gallons.": "300 gallons",
            "The cable is 12 miles long.": "12 miles",
            "The cable is 12 m long.": "12 m",
            "The fuse is rated at 16 V.": "16 V",
            "The fuse is rated at 10 A.": "10 A",
            "Yearly use is 4,200 kW.": "4,200 kW",
            "Yearly use is 4,200 MWh.": "4,200 MWh",
            "The compressor restarts after 30 hours.": "30 hours",
            "The compressor restarts after 30 seconds.": "30 seconds",
            "It opens at 9 am.": "9 am",
            "It opens at 8 pm.": "8 pm",
            "It closes at 5:45 pm.": "5:45 pm",
            "Open the valve of the refrigerant circuit when you do the yearly check.": "",
            "The compressor does not restart by itself after 30 minutes.": "not so",
        },
    ),
    *unlike(
        CODES,
        {
            "The QX-205 replaces it.": "QX-205 is not in the passage",
            "The QX-2040 replaces it.": "QX-2040",
            "It replaces the F-15.": "F-15",
            "It uses IPv4.": "IPv4",
            "Apollo 13 landed in 1969.": "13",
            "Apollo-13 landed in 1969.": "Apollo-13",
            "E16 is a refrigerant leak.": "E16",
            "E1 is a refrigerant leak.": "E1 ",
            "Fault 15 is a refrigerant leak.": "15",
            "See the 10-Q.": "10-Q",
            "See the form for Q3 2022.": "Q3",
        },
    ),
    Pair("It is 12 miles long.", "It is 12 km long.", reason="12 miles"),
    Pair("It takes 5 hours.", "It takes 5 minutes.", reason="5 hours"),
    Pair("Half of them voted.", "60 % of them voted.", reason="Half"),
    Pair("Two thirds voted.", "Two of the third group voted.", reason="Two thirds"),
    Pair("It costs 5 million.", "It costs 5 thousand.", reason="5 million"),
    Pair("A dozen came.", "Ten came.", reason="dozen"),
    Pair("It lasts 12 months.", "It lasts two years.", reason="12 months"),
    Pair("It is 1 km away.", "It is 100 m away.", reason="1 km"),
    Pair("The value is 34,229 million.", "The value is 34.2 billion.", reason="34,229 million"),
    Pair("It was on 9 April 2021.", "It was in April 2021.", reason="9 April 2021"),
    Pair("It was in 1994.", "It was in the 1990s.", reason="1994"),
    Pair("It was in 44 AD.", "It was in 44 BC.", reason="44 AD"),
    Pair("It rose to -5 °C.", "It rose to 5 °C.", reason="5"),
    Pair("It weighs 12 kg.", "It holds 12 bottles and one kg of salt.", reason="12 kg"),
    Pair("John Smith wrote it.", "J. Smith wrote it.", reason="John Smith"),
    Pair("Anna Brown wrote it.", "Anna Smith met John Brown.", reason="Anna Brown"),
    Pair("Ada Lindqvist signed.", "Lindqvist signed.", reason="Ada Lindqvist"),
    Pair("France won.", "The French won.", reason="France"),
    Pair("The WHO said so.", "The World Bank said so.", reason="WHO"),
    Pair("Henry VIII reigned.", "Henry VII reigned.", reason="Henry VIII"),
    Pair("Group B was larger.", "Group A was larger.", reason="Group B"),
    Pair("They met on Monday.", "They met on Tuesday.", reason="Monday"),
    Pair("She was born in 1868.", "Born in 1867, she left.", "Was Marie Curie born in 1868?", "1868"),
    Pair("The pump has 300 W.", "The pump is strong.", "Has the pump 300 W?", "300 W"),
    Pair("It was in May 1990.", "It was long ago.", "Was it in May 1990?", "May 1990"),
    Pair("Emmanuel Macron is the president.", "The president took the town.", "Who is president?", "Macron"),
    Pair("人口は 1,235 人です。", "人口は1234人です。", reason="1,235"),
    Pair("Путин жил в Лондоне.", "Город Москва и его жители: Путин был там и не один.", reason=""),
    Pair("The sale is permitted to minors.", "The sale is not permitted to minors.", reason="not so"),
    Pair("The lamp cannot be replaced.", "The lamp can be replaced.", reason="not so"),
    Pair("The lodge is a restored mill.", "The lodge is a mill that was not restored.", reason="not so"),
    Pair("The lodge is a public building.", "The lodge is not a public building.", reason="not so"),
    Pair("Diesel is sold on Sunday.", "Diesel is sold at pier C every day except Sunday.", reason="not so"),
    Pair("The tenant paid the rent in May.", "The tenant failed to pay the rent in May.", reason="not so"),
    Pair("No member voted for the plan.", "Every member voted for the plan.", reason="not so"),
    Pair("Dinner alone is paid up to 30 euros.", "Dinner alone | up to 30 euros | not paid", reason="not so"),
]


@pytest.mark.parametrize("pair", SUPPORTED, ids=lambda pair: pair.claim)
def test_a_claim_that_its_passage_carries_is_not_refused(pair: Pair) -> None:
    assert mismatch(pair.claim, pair.passage, pair.question) is None


@pytest.mark.parametrize("pair", UNSUPPORTED, ids=lambda pair: pair.claim)
def test_what_a_passage_does_not_carry_is_told(pair: Pair) -> None:
    reason = mismatch(pair.claim, pair.passage, pair.question)
    assert reason is not None
    assert pair.reason in reason
