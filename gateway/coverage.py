"""Which of the recommended topics an officer was trained in, of what was concluded of the officer (P8)."""

from shared.contracts.codes import code_list
from shared.contracts.officer_conclusions import OfficerConclusion, TopicCoverage

TOPICS = tuple(code_list("sro_training_topic"))


def coverage_of(conclusion: OfficerConclusion) -> TopicCoverage:
    """The officer's row of the matrix of officers and topics: what is covered, since when, and what lacks."""
    covered = {one.topic for one in conclusion.topics}
    return TopicCoverage(
        ori=conclusion.ori,
        officer_number=conclusion.officer_number,
        is_sro=conclusion.is_sro,
        counted_as_sro=conclusion.counted_as_sro,
        covered=len(covered),
        recommended=len(TOPICS),
        topics=conclusion.topics,
        gaps=tuple(topic for topic in TOPICS if topic not in covered),
        curricula=conclusion.curricula,
    )
