"""Which questions are about whole documents, and which only sound so."""

import time

import pytest

from qa.surveying import Plan, recognise

NAMES = (
    *("contracts/contract-01.txt", "contracts/contract-02.txt", "heat-pump-manual.pdf", "staff-handbook.docx"),
    *("harbour-lane-minutes.md", "workshop-lease.txt", "old.zip/trip-report.txt"),
)

ORDINARY = """
How many moons does Mars have?
What is the list price?
Which river is longest?
What is the difference in price?
How often does the European Council meet?
How many times did Maclure cross the Union states?
How many times has Polonia won the cup?
How often are elections held for the Victorian Parliament?
Which laws mentioned predate EU law?
Which directive mentioned was created in 1994?
What properties are there in crystals?
What three sectors of public works are there?
How many sources of European Union law are there?
How many classes of immune hypersensitivity are there?
What do all these models not have in common?
Name a luxury division of Toyota.
Name one country that banned boating on Sundays.
Compared to other elements, how abundant does oxygen rank?
What is the term for the set of all connected graphs related to this decision problem?
Who has a classification system for all North American companies?
What does the tenant list as the reason?
Who wrote the summary of the hearing?
Summarise the causes of the First World War
Summarise section 3 of the report on turnips
Give me a summary of what the treasurer said
What is the overview page called?
List price of the oven?
List three reasons for the delay.
What is the contract about the roof worth?
What are the deadlines?
What is the deadline of the fund?
Which deadline did they miss?
How often does the comet appear?
How many times did the word limit change?
How often is the oven cleaned?
Where is the boiler?
Where was the treaty signed?
Where is the museum mentioned by Orwell located?
What did the contract mention about noise?
Which documents are needed for a passport?
Which documents do I need to bring?
How many documents must I sign?
How many files can be attached to a mail?
How many contracts did Ridgeline sign?
How many letters does the alphabet contain?
How many reports are due in May?
What is this?
Is it mentioned?
Which document mentions it?
How does it differ from them?
Does the manual compare pumps?
What contains more fat, butter or cream?
What mineral contains iron?
Which foods contain gluten?
What name does the tenant trade under?
Who is mentioned first?
Tell me about the roof.
""".strip().split("\n")

SURVEYS = {
    "Summarise this document": Plan("summary"),
    "summarize the manual": Plan("summary", documents=("heat-pump-manual.pdf",)),
    "Can you summarise the staff handbook, please?": Plan("summary", documents=("staff-handbook.docx",)),
    "Please sum up workshop-lease.txt.": Plan("summary", documents=("workshop-lease.txt",)),
    "Give me a short summary of the lease": Plan("summary", documents=("workshop-lease.txt",)),
    "Summary of all documents": Plan("summary"),
    "Summarise everything": Plan("summary"),
    "What is this document about?": Plan("summary"),
    "What are the main points of the trip report?": Plan("summary", documents=("old.zip/trip-report.txt",)),
    "an overview of the whole library": Plan("summary"),
    "Summarise the contracts": Plan(
        "summary",
        documents=("contracts/contract-01.txt", "contracts/contract-02.txt"),
        group="contracts",
    ),
    "tl;dr": Plan("summary"),
    "How many documents mention salmon?": Plan("mentions", "salmon"),
    "How many of the documents mention the Kursk?": Plan("mentions", "Kursk"),
    "How many contracts mention Bellwether Yards?": Plan(
        "mentions",
        "Bellwether Yards",
        documents=("contracts/contract-01.txt", "contracts/contract-02.txt"),
        group="contracts",
    ),
    "how many files contain the word “deposit”?": Plan("mentions", "“deposit”"),
    "Which documents mention Priya Nadkarni?": Plan("mentions", "Priya Nadkarni"),
    "What documents mention rent or heating?": Plan("mentions", "rent or heating"),
    "In which documents is the deposit mentioned?": Plan("mentions", "deposit"),
    "In how many documents is Amara Dube named?": Plan("mentions", "Amara Dube"),
    "List all documents that mention beehives": Plan("mentions", "beehives"),
    "Where is the tarpaulin mentioned?": Plan("mentions", "tarpaulin", where=True),
    "Where is interest mentioned in the lease?": Plan(
        "mentions", "interest", documents=("workshop-lease.txt",), where=True
    ),
    "Where do the documents mention Elvar Lifts?": Plan("mentions", "Elvar Lifts", where=True),
    "Find all mentions of “Castle & Sons”": Plan("mentions", "“Castle & Sons”", where=True),
    "How often is rent mentioned?": Plan("mentions", "rent", times=True),
    "How many times is the roof mentioned in the minutes?": Plan(
        "mentions", "roof", documents=("harbour-lane-minutes.md",), times=True
    ),
    "How many times does the word salmon appear?": Plan("mentions", "salmon", times=True),
    "How many times does the landlord appear in the lease?": Plan(
        "mentions", "landlord", documents=("workshop-lease.txt",), times=True
    ),
    "How many mentions of salmon are there?": Plan("mentions", "salmon", times=True),
    "List all deadlines": Plan("listing", "deadlines"),
    "List the deadlines in the minutes.": Plan("listing", "deadlines", documents=("harbour-lane-minutes.md",)),
    "Which deadlines are there?": Plan("listing", "deadlines"),
    "What are all the dates in the lease?": Plan("listing", "dates", documents=("workshop-lease.txt",)),
    "Give me a list of all prices": Plan("listing", "prices"),
    "Show me all e-mail addresses": Plan("listing", "e-mail addresses"),
    "list phone numbers": Plan("listing", "phone numbers"),
    "List all requirements for the tenant in the lease": Plan(
        "listing", "requirements for the tenant", documents=("workshop-lease.txt",)
    ),
    "What are all the decisions of the committee?": Plan("listing", "decisions of the committee"),
    "Extract every percentage and rate": Plan("listing", "percentage and rate"),
    "Compare the lease and the handbook": Plan("comparison", "the lease", "the handbook"),
    "Compare Scarth Weir with Pennock Weir": Plan("comparison", "Scarth Weir", "Pennock Weir"),
    "What is the difference between annual leave and sick leave?": Plan(
        "comparison", "annual leave", "sick leave"
    ),
    "How does Castle & Sons differ from Ridgeline Roofing?": Plan(
        "comparison", "Castle & Sons", "Ridgeline Roofing"
    ),
}


@pytest.mark.parametrize("question", ORDINARY)
def test_an_ordinary_question_is_none(question: str) -> None:
    assert recognise(question, lambda: NAMES) is None


@pytest.mark.parametrize("question", SURVEYS)
def test_a_question_about_whole_documents_is_understood(question: str) -> None:
    assert recognise(question, lambda: NAMES) == SURVEYS[question]


def test_this_document_is_the_one_that_the_last_answer_rests_on() -> None:
    plan = recognise("Summarise this document", lambda: NAMES, ("workshop-lease.txt",))
    assert plan == Plan("summary", documents=("workshop-lease.txt",))
    # After an answer from two, none of them is meant more than the other.
    assert recognise("Summarise this document", lambda: NAMES, NAMES[:2]) == Plan("summary")
    assert recognise("Summarise this document", lambda: NAMES, ("gone.txt",)) == Plan("summary")


def test_the_names_of_the_documents_are_asked_only_for_what_looks_like_a_survey() -> None:
    def never() -> tuple[str, ...]:
        raise AssertionError("the library was asked")

    for question in ("How many moons does Mars have?", "Who signed the lease?", "Which river is longest?"):
        assert recognise(question, never) is None


def test_an_ordinary_question_costs_next_to_nothing() -> None:
    started = time.perf_counter()
    for question in ORDINARY:
        recognise(question, lambda: NAMES)
    assert (time.perf_counter() - started) / len(ORDINARY) < 0.002


def test_a_long_text_is_no_survey() -> None:
    assert recognise("Summarise this document " + "and that " * 1000, lambda: NAMES) is None
