"""What needs a person: for each mark an order can carry, what happened and what to do.

In: a mark as the ledger keeps it (`row.attention`). Out: a sentence and the next step. Wrong: nothing; a mark nobody
described is shown as it is, with the way to look at the order.

A mark may also be the reason of a refused order (`rules.reasons`), or name the status Sellercloud shows (`order_is_…`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from connector.rules.reasons import Reason
from connector.vendors.sellercloud.codes import ORDER_STATUS, name_of

STATUS_PREFIX = "order_is_"
_UNKNOWN_STATUS = "in_an_unknown_status"
_RETRY = "connector retry N"
_COMMAND = re.compile(r"(connector [a-z]+) N\b")


@dataclass(frozen=True)
class Explanation:
    """What happened, and what a person does about it; commands are written for an order `N`."""

    sentence: str
    next: str

    def next_for(self, order_id: int) -> str:
        """What to do about this order: its commands as they can be pasted."""
        return _COMMAND.sub(rf"\1 {order_id}", self.next)


def explain(code: str) -> Explanation:
    """What a mark means."""
    if code in EXPLANATIONS:
        return EXPLANATIONS[code]
    if code.startswith(STATUS_PREFIX):
        return _status(code.removeprefix(STATUS_PREFIX))
    try:
        return _refused(Reason(code))
    except ValueError:
        return Explanation(f"Marked {code or 'without a reason'}.", "See what happened: connector order N.")


def is_described(code: str) -> bool:
    """True when the mark has words of its own."""
    known = code in EXPLANATIONS or code in list(Reason)
    return known or code.removeprefix(STATUS_PREFIX) in {_UNKNOWN_STATUS, *map(str.lower, ORDER_STATUS)}


EXPLANATIONS: Mapping[str, Explanation] = {
    "outcome_unknown": Explanation(
        "A create was never answered; the order was looked for, sent once more, and is still not found.",
        "Look in Starshipit for the order number, also among printed and archived orders. It is there: its next label "
        f"report links it, or {_RETRY} looks for it now. It is certainly not there: connector resend N.",
    ),
    "answered_with_old_order": Explanation(
        "Starshipit answered the create with an order it had before; nobody knows whether it made a new one.",
        f"Look in Starshipit for the order number. A new order is there: {_RETRY} finds it. Only the old one is there: "
        "connector resend N.",
    ),
    "several_starshipit_orders": Explanation(
        "Starshipit has more than one live order of this sale.",
        f"Keep one and delete the others in Starshipit before a label is printed, then {_RETRY}.",
    ),
    "label_not_in_starshipit": Explanation(
        "A label was reported that Starshipit does not show on any order of ours.",
        "Look for the tracking number in Starshipit: was the order merged, moved or deleted? Put it right there, then "
        f"{_RETRY}; or enter the number in Sellercloud by hand.",
    ),
    "label_cancelled_after_shipping": Explanation(
        "A label was cancelled whose number Sellercloud has, or may have.",
        "Un-ship the order in Sellercloud, or enter the new number there; a new label's report is written by itself.",
    ),
    "cancelled_number_in_sellercloud": Explanation(
        "Sellercloud still shows a number of ours whose label was cancelled or redone, and no label takes its place.",
        f"Clear the number in Sellercloud, or put in the one that goes instead, then {_RETRY}. A new label's report "
        "replaces it by itself.",
    ),
    "unship_refused": Explanation(
        "The order's only label was cancelled, and Sellercloud does not let the connector un-ship it.",
        "Sellercloud's words are with the order: connector order N. If it wants a PIN, store it in the Sellercloud "
        f"secret as pin (connector secrets set sellercloud), then {_RETRY}; or un-ship the order by hand.",
    ),
    "unshipped_not_in_process": Explanation(
        "The order was un-shipped because its label was cancelled, and Sellercloud leaves it Completed.",
        "Set its status to InProcess in Sellercloud, or cancel it there; a new label ships it as ever.",
    ),
    "parcels_without_label": Explanation(
        "Some parcels of the order have had a label for long, and others have none, so that it is not shipped.",
        "Print the rest in Starshipit, or delete the parcels (or the part of the order) that do not go; "
        f"then {_RETRY}.",
    ),
    "partially_shipped_in_sellercloud": Explanation(
        "A label was printed, and Sellercloud shows the order partially shipped.",
        f"Finish or un-ship it in Sellercloud by hand, then {_RETRY}.",
    ),
    "unshipped_in_sellercloud": Explanation(
        "The order was shipped by the connector and un-shipped by a person since.",
        "Decide whether it goes: ship it by hand in Sellercloud, or cancel its label in Starshipit.",
    ),
    "packages_hold_other_numbers": Explanation(
        "Every package in Sellercloud holds a tracking number that somebody typed in.",
        f"Enter our numbers by hand, or clear the packages in Sellercloud, then {_RETRY}.",
    ),
    "write_back_refused": Explanation(
        "Sellercloud refused the shipment in its own words.",
        f"Mostly the carrier or service: connector carriers check, correct it, then {_RETRY}. Or enter the number by "
        "hand.",
    ),
    "write_back_not_shown": Explanation(
        "Sellercloud was told the tracking numbers several times and never shows the order shipped.",
        f"Mostly the carrier or service: connector carriers check, correct it, then {_RETRY}. Or enter the number by "
        "hand.",
    ),
    "sellercloud_does_not_answer": Explanation(
        "The tracking numbers wait: Sellercloud has not answered for a while.",
        "Is Sellercloud up? It is tried on by itself; the mark goes when it works.",
    ),
    "vanished_from_starshipit": Explanation(
        "The order was in Starshipit and is not there any more, neither by its id nor by its reference.",
        "Merged into another order: connector link N PARENT. Deleted, and it has to go: connector resend N. Deleted "
        "for good: cancel it in Sellercloud.",
    ),
    "archived_in_starshipit": Explanation(
        "The order was archived in Starshipit before Sellercloud was told of a label.",
        "Restore it there if it has to go. Its parcel is gone: ship it in Sellercloud by hand. Else cancel it there.",
    ),
    "edited_on_both_sides": Explanation(
        "The order was edited in Sellercloud, and the same was changed in Starshipit; nothing was overwritten.",
        "Make both alike: in Starshipit by hand, or in Sellercloud. The mark goes by itself when they agree.",
    ),
    "edited_after_printing": Explanation(
        "The order was edited in Sellercloud after its label was printed; the label shows what was sent before.",
        "Stop the parcel, or let it go: to change it, cancel the label and print a new one from the corrected order in "
        "Starshipit; or undo the edit in Sellercloud.",
    ),
    "edited_after_split": Explanation(
        "The order was edited in Sellercloud, and in Starshipit it is split, merged, or holds further lines.",
        "Put the edit into Starshipit by hand: the connector does not touch split and merged orders.",
    ),
    "split_in_sellercloud": Explanation(
        "The order was split in Sellercloud after the hand-off: the new order goes to Starshipit by itself, and this "
        "one still holds everything there.",
        "Take what was moved out of this order in Starshipit. The mark goes by itself when it holds what Sellercloud "
        "shows.",
    ),
    "edit_cannot_be_sent": Explanation(
        "The order was edited in Sellercloud in a way that Starshipit cannot take.",
        "See what does not fit: connector order N. Correct it in Sellercloud; it is then sent by itself.",
    ),
    "edit_not_applied": Explanation(
        "The order was edited in Sellercloud, and Starshipit did not take the change.",
        "Read Starshipit's words (connector order N) and put the edit in there by hand, or edit the order in "
        "Sellercloud once more. The mark goes by itself when both agree.",
    ),
    "order_holds_other_goods": Explanation(
        "Sellercloud stopped the order, and its Starshipit order holds more than its own goods (merged, or added to).",
        "Take this order's goods out of it in Starshipit by hand; what else it holds may have to go.",
    ),
    "not_removed_from_starshipit": Explanation(
        "Sellercloud stopped the order, and Starshipit refuses to delete it.",
        "Delete or archive it in Starshipit by hand, so that it is not printed; deleting is tried again by itself.",
    ),
    "removed_in_part": Explanation(
        "The order was stopped and released; in Starshipit a part of it was deleted, and another part was printed.",
        "Put what is missing into Starshipit by hand (connector order N shows the numbers), or stop the parcel; then "
        "connector retry N takes the mark away.",
    ),
    "shipped_by_hand_still_in_starshipit": Explanation(
        "A person shipped the order in Sellercloud, and it is still unprinted in Starshipit.",
        "Delete it in Starshipit, so that it is not sent twice; then connector retry N takes the mark away.",
    ),
    "not_listed_in_sellercloud": Explanation(
        "A label was printed, and Sellercloud does not list the order to our user.",
        f"Check the company rights of our Sellercloud user (connector check), then {_RETRY}.",
    ),
}

_AFTER_CORRECTION = f"Correct it in Sellercloud: the next fetch sends it by itself; at once with {_RETRY}."
_NEXT_OF_REASON: Mapping[Reason, str] = {
    Reason.UNREADABLE: f"Open the order in Sellercloud, correct what is named, then {_RETRY}.",
    Reason.NOT_FOUND: f"Was it deleted, or moved to a company our user does not see? If it must go: {_RETRY}.",
    Reason.NOT_LISTED: f"Check the company rights of our Sellercloud user (connector check), then {_RETRY}.",
    Reason.REFUSED_BY_STARSHIPIT: "Correct in Sellercloud what Starshipit names (connector order N shows its words): "
    f"the next fetch sends it by itself; at once with {_RETRY}.",
    Reason.NO_CURRENCY_RATE: "Correct the order's currency rate in Sellercloud, or deploy with another "
    "CustomsValueCurrency; it then goes by itself.",
    Reason.BAD_WEIGHT: f"Correct the product's weight in Sellercloud (and check ItemWeightUnit), then {_RETRY}.",
}


def _refused(reason: Reason) -> Explanation:
    return Explanation(reason.sentence, _NEXT_OF_REASON.get(reason, _AFTER_CORRECTION))


def _status(name: str) -> Explanation:
    names = {known.lower(): name_of(ORDER_STATUS, number) for known, number in ORDER_STATUS.items()}
    shown = names.get(name, "in a status that is not known here")
    return Explanation(
        f"A label was printed, and Sellercloud shows the order {shown}.",
        f"Stop the parcel; or put the order back to InProcess and {_RETRY} (the label's next report ships it as well).",
    )
