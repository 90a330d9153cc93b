# ruff: noqa: E501 (the table is wide so that it can be read)
"""What each address answers to everybody who is signed in: x page, - not there, # forbidden,
> led elsewhere, m only to be sent."""

from .personas import rows

# fmt: off
TABLE = rows(
    #                      nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    # One's own work, the phone, and what asks nobody's leave.
    ("my_work",            "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("my_reported",        "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("my_supervised",      "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("my_waiting",         "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("me",                 "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("new_password",       "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("search",             "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("choose",             "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("field",              "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("field_report",       "#      x     x         x      x       x      x       x     x       x         x      x    #"),
    ("field_hello",        "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("field_place",        "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("field_reference",    "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    # Open without signing in: what the browser itself asks for, and the list that is published.
    ("sign_in",            ">      >     >         >      >       >      >       >     >       >         >      >    >"),
    ("app_manifest",       "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("app_icon",           "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("worker",             "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("offline",            "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("charges-public",     "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    # Only sent, never read.
    ("set_type",           "m      m     m         m      m       m      m       m     m       m         m      m    m"),
    ("views",              "m      m     m         m      m       m      m       m     m       m         m      m    m"),
    ("view-drop",          "m      m     m         m      m       m      m       m     m       m         m      m    m"),
    # For programs, which sign what they send: no person's business.
    ("gateway-receipt",    "m      m     m         m      m       m      m       m     m       m         m      m    m"),
    ("gateway-inbound",    "m      m     m         m      m       m      m       m     m       m         m      m    m"),
    # Ledgers open for everybody; each shows its reader's own rows.
    ("matters",            "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("items",              "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("items-kind",         "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("enterprises",        "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("people",             "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("areas",              "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("area-offers",        "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("charges",            "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("charge-gaps",        "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("figures",            "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("figure",             "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("audit",              "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    # Whom to ring is for everybody; the books show their reader's own desks.
    ("duty",               "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("duty-log",           "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("duty-handover",      "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("duty-roster",        "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("duty-paper",         "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("duty-sheet",         "x      x     x         x      x       x      x       x     x       x         x      x    x"),
    ("duty-shift",         "-      x     x         x      x       x      x       x     -       -         x      -    x"),
    ("duty-deed",          "-      #     #         x      x       x      x       #     -       -         #      -    #"),
    # A thing: there for whom it is visible, nowhere for anybody else.
    ("matter",             "-      x     x         x      x       x      x       x     -       -         -      -    x"),
    ("deed",               "-      x     x         x      x       x      x       x     -       -         -      -    x"),
    ("edit_matter",        "-      -     -         x      -       -      -       -     -       -         -      -    -"),
    ("file",               "-      x     x         x      x       x      x       x     -       -         -      -    x"),
    ("file_small",         "-      x     x         x      x       x      x       x     -       -         -      -    x"),
    ("item",               "-      x     x         x      x       x      x       x     -       -         -      -    x"),
    ("enterprise",         "-      x     x         x      x       x      x       x     -       -         -      -    x"),
    ("person",             "-      x     x         -      x       x      x       x     -       -         -      -    x"),
    ("person-phone",       "-      x     x         -      x       x      x       x     -       -         -      -    x"),
    ("area",               "-      -     -         x      x       x      x       x     -       -         x      -    x"),
    ("area-below",         "-      x     x         x      x       x      x       x     -       -         x      -    x"),
    ("charge",             "-      -     -         x      x       x      x       x     -       -         x      -    x"),
    ("figure-rows",        "x      x     x         -      x       x      x       x     -       -         x      x    x"),
    ("figure-part",        "x      x     x         -      x       x      x       x     -       -         x      x    x"),
    # Deeds and forms: forbidden to whoever sees the thing without the right.
    ("matter_contact",     "-      #     #         #      x       #      x       #     -       -         -      -    #"),
    ("enter_matter",       "#      x     x         x      x       x      x       x     x       x         x      x    #"),
    ("item-deed",          "-      #     #         x      x       #      x       #     -       -         -      -    #"),
    ("enterprise-deed",    "-      #     #         #      #       #      x       #     -       -         -      -    x"),
    ("person-deed",        "-      #     #         -      x       #      x       #     -       -         -      -    x"),
    ("charge-deed",        "-      -     -         x      x       x      x       #     -       -         #      -    x"),
    ("item-new",           "#      #     #         #      x       #      x       #     x       #         x      #    x"),
    ("enterprise-new",     "#      #     #         #      x       #      x       #     x       #         #      #    x"),
    ("person-new",         "#      #     #         #      x       #      x       #     x       #         #      #    x"),
    ("charge-new",         "#      #     #         #      x       #      x       #     x       #         #      #    x"),
    ("imports",            "#      #     #         #      x       #      x       #     x       #         #      #    x"),
    ("import",             "#      #     #         #      x       #      x       #     x       #         #      #    x"),
    # Many at once: a form is only sent; read, it leads back to its list.
    ("matters-bulk",       "#      #     #         #      >       >      >       #     >       #         >      #    #"),
    ("items-kind-bulk",    "#      #     #         >      >       #      >       #     >       >         >      #    #"),
    ("charges-bulk",       "#      #     #         #      >       >      >       #     >       #         #      #    >"),
    ("enterprises-bulk",   "-      -     -         -      -       -      -       -     -       -         -      -    -"),
    ("people-bulk",        "-      -     -         -      -       -      -       -     -       -         -      -    -"),
    # Settings are the administrator's.
    ("settings",           "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("settings-health",    "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("accounts",           "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("account-new",        "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("account-deed",       "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("grants",             "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("grant-new",          "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("grant-withdraw",     "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("catalogues",         "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("catalogue",          "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("settings-areas",     "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("area-deed",          "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("body-deed",          "#      #     #         #      #       #      #       #     #       #         #      #    x"),
    ("post-deed",          "#      #     #         #      #       #      #       #     #       #         #      #    x"),
)
# fmt: on

# Whoever has not signed in is led to the sign-in page, except from these.
OPEN = {"sign_in", "app_manifest", "app_icon", "worker", "offline", "charges-public"}
# Nobody is led to sign in: a program sends, signed, and reading is no way to ask.
SIGNED = {"gateway-receipt", "gateway-inbound"}
# It ends the session that would try it: told in the browser tests.
TRIED_ELSEWHERE = {"sign_out"}
