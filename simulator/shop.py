"""The shop behind the support bot: what customers ask, which documents answer it, and what a right answer says.

This is the first storey: a dozen questions with one document each. Answers are written here, never generated.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing customers ask about.

    `question` and `answer` may hold `{order}`; `document` is the knowledge-base text and `source` its name.
    """

    prompt: str
    question: str
    source: str
    document: str
    answer: str


TOPICS: tuple[Topic, ...] = (
    Topic(
        "support-answer",
        "How long can I return a tent I have pitched once?",
        "returns.md",
        "Returns. Unused goods: 60 days. Tents and sleeping bags that were used: 30 days, clean and dry, with the "
        "receipt. Boots worn outdoors are exchanged only for faults. Sale items follow the same rules. The refund "
        "goes to the card that paid, within five working days after the parcel arrives at our warehouse.",
        "A tent that was pitched can come back within 30 days if it is clean and dry and you have the receipt.",
    ),
    Topic(
        "support-answer",
        "My down jacket got wet. Can I put it into the washing machine?",
        "care-down.md",
        "Care of down. Wash at 30 degrees on a gentle programme with soap for down, no softener. Rinse twice. Tumble "
        "dry low with two tennis balls until no lumps are left, which takes two to three hours. Never dry clean. "
        "Store it loose.",
        "Yes: 30 degrees, gentle, soap for down and no softener. Then tumble dry low with two tennis balls until no "
        "lumps are left.",
    ),
    Topic(
        "support-answer",
        "Which gas cartridge fits the Pika stove?",
        "stoves.md",
        "Stoves. The Pika takes screw cartridges with an EN 417 valve, 100 to 450 grams. Pierceable cartridges do not"
        " fit. Below minus five degrees use a winter mix. The Marmot burns petrol and needs its yearly service kit.",
        "Any screw cartridge with an EN 417 valve, from 100 to 450 grams. Cartridges that are pierced do not fit.",
    ),
    Topic(
        "support-answer",
        "Do you ship poles to Norway and what does it cost?",
        "shipping.md",
        "Shipping. Inside the country: 4.90, free from 80. Norway, Sweden, Finland: 14.90, five to eight working "
        "days, customs included. Parcels longer than 120 cm, such as poles that do not fold, cost 9.00 more. Gas and "
        "batteries stay inside the country.",
        "Yes. Shipping to Norway costs 14.90 and takes five to eight working days. Poles over 120 cm cost 9.00 more.",
    ),
    Topic(
        "support-answer",
        "Is the Fell 45 pack waterproof enough for a week of rain?",
        "packs.md",
        "Packs. The Fell 45 is water resistant: 600 mm fabric, no taped seams. It comes with a rain cover in the lid."
        " The Beck 30 has taped seams and a roll top. For a week of rain we advise a liner in any pack.",
        "The Fell 45 resists showers but its seams are not taped. Use the rain cover in the lid, and a liner for a "
        "week of rain.",
    ),
    Topic(
        "support-answer",
        "Can you resole my boots?",
        "repairs.md",
        "Repairs. We resole stitched boots, 69.00, three weeks. Glued trail shoes cannot be resoled. Zips 25.00, one "
        "week. Tent poles: a spare segment is 6.00. Send goods clean; dirty goods come back unrepaired.",
        "Stitched boots can be resoled for 69.00 in about three weeks. Glued trail shoes cannot.",
    ),
    Topic(
        "order-status",
        "Where is my order {order}? It should have been here on Tuesday.",
        "orders.md",
        "Orders. Status words: packed, handed over, on the way, at the depot, delivered. From handed over to "
        "delivered takes two working days inside the country. If a parcel stays at the depot for more than three "
        "days, a colleague calls the carrier.",
        "Order {order} is at the depot and is planned for delivery tomorrow.",
    ),
    Topic(
        "order-status",
        "I want to change the address of order {order}.",
        "orders-change.md",
        "Changing an order. Until the status is packed, the customer can change address and size in the account. From"
        " handed over on, only the carrier can redirect a parcel, with the number in the shipping mail.",
        "Order {order} is already handed over. The carrier can redirect it with the number in your shipping mail.",
    ),
    Topic(
        "order-status",
        "Order {order} came with one glove missing.",
        "orders-missing.md",
        "Missing items. Ask for a photo of the parcel label. Items up to 50.00 are sent again at once; above that a "
        "colleague decides. A second claim within a year goes to a colleague.",
        "We send the missing glove of order {order} again at once. Please add a photo of the parcel label.",
    ),
)
