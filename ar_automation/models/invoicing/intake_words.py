"""What is wrong with a row or an order, in words."""

# the names under which a sentence takes the values of its problem
PLACES = ("first", "second")


def say(env, problem):
    """The sentence of a problem, in the language of the reader.

    :param Problem problem: from the engine.
    """
    return _sentences(env)[problem.code] % dict(zip(PLACES, problem.values, strict=False))


def _sentences(env):
    return {**_about_customers(env), **_about_products(env), **_about_values(env)}


def _about_customers(env):
    return {
        "customer_missing": env._("names no customer"),
        "customer_unknown": env._("no customer is known as “%(first)s”"),
        "customer_ambiguous": env._("“%(first)s” may be %(second)s customers"),
        "customer_contradicts": env._("“%(first)s” and “%(second)s” belong to different customers"),
    }


def _about_products(env):
    return {
        "product_missing": env._("names no product"),
        "product_unknown": env._("no product for sale has the code or barcode “%(first)s”"),
        "product_ambiguous": env._("“%(first)s” may be %(second)s products"),
        "product_contradicts": env._("“%(first)s” and “%(second)s” are different products"),
    }


def _about_values(env):
    return {
        "quantity_missing": env._("has no quantity"),
        "quantity_not_positive": env._("orders %(first)s; a quantity is more than zero"),
        "quantity_unreadable": env._("quantity: %(first)s"),
        "price_unreadable": env._("price: %(first)s"),
        "price_negative": env._("the price %(first)s is negative"),
        "discount_unreadable": env._("discount: %(first)s"),
        "discount_impossible": env._("a discount of %(first)s percent is impossible"),
        "order_date_unreadable": env._("order date: %(first)s"),
        "delivery_date_unreadable": env._("delivery date: %(first)s"),
        "order_dates_differ": env._("its rows differ in the order date: %(first)s, %(second)s"),
        "delivery_dates_differ": env._(
            "its rows differ in the delivery date: %(first)s, %(second)s"
        ),
        "row_too_wide": env._("has more cells than the table has titles"),
    }
