"""Answers the selection below a record by slicing its document, instead of resolving field by field.

A document holds values that are answered as they stand, so what GraphQL's general execution does for each field (find
a resolver, look for an awaitable, complete the value) has nothing to decide. A selection is turned into one function,
once a request; a page of 50 records is then several times as fast.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLOutputType, get_named_type
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.utils.str_converters import to_camel_case

from gateway.around import LISTS
from gateway.types import RECORD_FIELDS, type_name
from shared.contracts.conclusions import Conclusion
from shared.contracts.contract import Contract, contracts_within
from shared.contracts.directory import Agency, District, School
from shared.contracts.incidents import Incident
from shared.contracts.officer_conclusions import OfficerFlag, TopicCoverage
from shared.contracts.training import Assignment, Completion, Course, Officer

OFFICERS: list[type[Contract]] = [Officer, Course, Completion, Assignment, OfficerFlag, TopicCoverage]
FOLLOWING = [contract for _, contract in LISTS.values()]
RECORDS: list[type[Contract]] = [Incident, *FOLLOWING, Conclusion, Agency, District, School, *OFFICERS]
CONTRACTS = [contract for record in RECORDS for contract in contracts_within(record)]
DOCUMENT_TYPES = frozenset(type_name(contract) for contract in CONTRACTS)
KEYS = {
    to_camel_case(name): name for contract in CONTRACTS for name in (*contract.model_fields, *RECORD_FIELDS, *LISTS)
}

Slice: TypeAlias = Callable[[Mapping[str, Any]], Any]


class DocumentExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes as Strawberry does, but for records and their parts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._slices: dict[tuple[str, int], Slice] = {}

    def complete_object_value(
        self, return_type: GraphQLObjectType, field_details_list: Any, info: Any, path: Any, result: Any, position: Any
    ) -> Any:
        """The selected fields of an object: sliced where it is a record."""
        if return_type.name not in DOCUMENT_TYPES:
            return super().complete_object_value(return_type, field_details_list, info, path, result, position)
        key = (return_type.name, id(field_details_list))
        if key not in self._slices:
            self._slices[key] = self._slice(return_type, field_details_list)
        return self._slices[key](result)

    def _slice(self, kind: GraphQLObjectType, field_details_list: Any) -> Slice:
        """A function that answers the selection of one object, its names in the order in which they were asked for."""
        parts: list[tuple[str, Slice]] = []
        for shown_as, details in self.collect_subfields(kind, field_details_list).grouped_field_set.items():
            name = details[0].node.name.value
            if name == "__typename":
                parts.append((shown_as, _always(kind.name)))
                continue
            declared = kind.fields[name].type
            named = get_named_type(declared)
            inner = self._slice(named, details) if isinstance(named, GraphQLObjectType) else None
            parts.append((shown_as, _part(KEYS[name], inner, several=_is_list(declared))))
        return lambda document: {shown_as: part(document) for shown_as, part in parts}


def _always(value: str) -> Slice:
    return lambda _: value


def _part(key: str, inner: Slice | None, *, several: bool) -> Slice:
    if inner is None:
        return lambda document: document.get(key)
    if several:
        return lambda document: None if (values := document.get(key)) is None else [inner(value) for value in values]
    return lambda document: None if (value := document.get(key)) is None else inner(value)


def _is_list(declared: GraphQLOutputType) -> bool:
    return isinstance(declared.of_type if isinstance(declared, GraphQLNonNull) else declared, GraphQLList)
