"""Sentences of documents that give orders to a language model instead of telling their reader something. Pure.

Text in documents is data. What is found here stays in the document and can be shown as a quotation, but the chat
model does not read it as it stands, and no claim rests on it.
"""

from qa.orders.finding import Order, orders
from qa.orders.withholding import asks_about_orders, blanked, given, repeats_order, without

__all__ = ["Order", "asks_about_orders", "blanked", "given", "orders", "repeats_order", "without"]
