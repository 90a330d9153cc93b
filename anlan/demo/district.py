"""The sample district as a small cast (演示区): what tests, demo and pictures begin with."""

from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password

from anlan.kernel.trail import LOCAL
from anlan.people.models import Account, Area, Body, Person, Post, Tenure

from . import cast

BEGIN = date(2020, 1, 1)
CENTRE = {"wenling": (121.38, 28.37), "taiping": (121.37, 28.37), "zeguo": (121.34, 28.49)}


def in_daylight(at: datetime) -> datetime:
    """The same instant, or the next morning where people would have been asleep."""
    here = at.astimezone(LOCAL)
    if 8 <= here.hour < 18:
        return at
    morning = here.replace(hour=8)
    return morning if here.hour < 8 else morning + timedelta(days=1)


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def forward(self, **span: float) -> datetime:
        self._now += timedelta(**span)
        return self._now

    def to(self, moment: datetime) -> datetime:
        assert moment >= self._now, "a district's clock never runs backwards"
        self._now = moment
        return self._now


class District:
    """温岭市 with two towns, two firms and sixteen named people; see `cast` for who they are."""

    wenling: Area
    taiping: Area
    zeguo: Area
    east_new_area: Area
    village_dongmen: Area
    village_muyu: Area
    grid3: Area
    grid7: Area
    bureau: Body
    fire_brigade: Body
    housing_bureau: Body
    taiping_street: Body
    zeguo_town: Body
    cold_chain: Body
    foundry: Body
    chief_post: Post
    section_post: Post
    admin_post: Post
    taiping_leader_post: Post
    taiping_station_post: Post
    zeguo_leader_post: Post
    zeguo_station_post: Post
    grid3_post: Post
    grid7_post: Post
    cold_chain_manager_post: Post
    cold_chain_safety_post: Post
    foundry_safety_post: Post
    fire_post: Post
    housing_post: Post
    zhou_chief: Person
    chen_section: Person
    ma_admin: Person
    wang_taiping_leader: Person
    zhao_taiping_station: Person
    qian_taiping_deputy: Person
    lin_zeguo_leader: Person
    huang_zeguo_station: Person
    li_grid3: Person
    sun_grid7: Person
    xu_safety: Person
    ye_manager: Person
    jin_foundry: Person
    luo_fire: Person
    he_housing: Person
    wu_bystander: Person

    def __init__(self, clock: Clock, places: dict[str, Area] | None = None) -> None:
        """Create the cast; on areas of its own, or on `places` of a tree that is loaded already.

        On another district's tree the names follow it: 温岭市应急管理局 becomes 罗湖区应急管理局.
        """
        self.clock = clock
        if places is None:
            self._areas()
        else:
            for name, area in places.items():
                setattr(self, name, area)
        self._bodies()
        self._posts()
        self._persons()

    def _areas(self) -> None:
        for name, code, label, level, parent, grid_kind in cast.AREAS:
            above = getattr(self, parent) if parent else None
            lon, lat = CENTRE.get(name) or CENTRE.get(parent or "") or (121.36, 28.43)
            area = Area.objects.create(
                code=code,
                name=label,
                level=level,
                grid_kind=grid_kind,
                parent=above,
                path=f"{above.path if above else '/'}{code}/",
                administrative=name != "east_new_area",
                lon=lon,
                lat=lat,
            )
            setattr(self, name, area)

    def _bodies(self) -> None:
        for name, label, short, kind, area, sectors in cast.BODIES:
            place: Area = getattr(self, area)
            body = Body.objects.create(
                name=self._here(label),
                short_name=self._here(short),
                kind=kind,
                area=place,
                area_path=place.path,
                sectors=list(sectors),
            )
            setattr(self, name, body)

    def _posts(self) -> None:
        for name, label, body, area, superior, roles in cast.POSTS:
            place: Area = getattr(self, area)
            post = Post.objects.create(
                name=self._here(label),
                body=getattr(self, body),
                area=place,
                area_path=place.path,
                superior=getattr(self, superior) if superior else None,
                roles=list(roles),
            )
            setattr(self, name, post)

    def _persons(self) -> None:
        password = make_password(cast.PASSWORD)  # once: argon2 is slow on purpose
        for name, label, phone, account, posts in cast.PERSONS:
            held = [getattr(self, post) for post in posts]
            person = Person.objects.create(
                name=label, phone=phone, body=held[0].body if held else None
            )
            Account.objects.create(username=account, person=person, password=password)
            for post in held:
                Tenure.objects.create(person=person, post=post, since=BEGIN)
            setattr(self, name, person)

    def _here(self, label: str) -> str:
        """The label with this district's own place names."""
        for name, _, written, *_ in cast.AREAS:
            area = getattr(self, name, None)
            if area is not None:
                label = label.replace(written, area.name)
        return label

    def appoint(self, person: Person, post: Post) -> None:
        """Give a person one more post, from the beginning."""
        Tenure.objects.create(person=person, post=post, since=BEGIN)
