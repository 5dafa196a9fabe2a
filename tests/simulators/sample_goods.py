"""What the sample shops sell: number, name, price, pounds, inches; and kits of such things."""

from __future__ import annotations

Product = tuple[str, str, str, float, tuple[float, float, float]]

PRODUCTS: tuple[Product, ...] = (
    ("TENT-2P-GRN", "Two-person tent, green", "119.00", 5.3, (18, 7, 7)),
    ("MUG-ENAMEL", "Enamel mug", "14.50", 0.35, (5, 4, 4)),
    ("LAMP-HEAD-300", "Head torch, 300 lm", "39.95", 0.22, (4, 3, 3)),
    ("BAG-SLEEP-M5", "Sleeping bag -5 °C", "189.00", 3.1, (15, 9, 9)),
    ("STICKER-FERN", "Fern sticker", "3.00", 0.0, (0, 0, 0)),
    ("STOVE-GAS-1", "Gas stove, single burner", "64.90", 1.7, (9, 6, 4)),
    ("BOOT-HIKE-42", "Hiking boots, size 42", "229.00", 3.9, (14, 10, 5)),
    ("GIFT-CARD-50", "Gift card 50", "50.00", 0.0, (0, 0, 0)),
    ("ROPE-9MM-40", "Rope 9 mm, 40 m", "142.75", 5.6, (12, 12, 5)),
    ("CHAIR-FOLD", "Folding chair „Söder“", "74.00", 7.25, (36, 6, 6)),
)
KITS: tuple[tuple[str, str, str, tuple[tuple[str, str, int], ...]], ...] = (
    ("CAMP-KIT-01", "Camp starter kit", "79.00",
     (("MUG-ENAMEL", "Enamel mug", 2), ("STOVE-GAS-1", "Gas stove, single burner", 1))),
    ("NIGHT-KIT-02", "Night walk kit", "99.00",
     (("LAMP-HEAD-300", "Head torch, 300 lm", 2), ("STICKER-FERN", "Fern sticker", 1))),
)  # fmt: skip
