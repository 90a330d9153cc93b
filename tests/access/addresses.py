"""Where each address leads in the scene: one real thing for every pattern."""

from collections.abc import Callable, Iterator
from urllib.parse import quote

from django.urls import URLPattern, URLResolver, get_resolver

from anlan.callup.models.links import issue_token

from .scene import Scene

GRID, AREA = "331081100024007", "331081100000"


def patterns(resolver: URLResolver | None = None, above: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the house: its name and how it is written."""
    for each in (resolver or get_resolver()).url_patterns:
        written = f"{above}{each.pattern}"
        if isinstance(each, URLPattern):
            yield each.name or "", written
        else:
            yield from patterns(each, written)


def _site(s: Scene) -> str:
    return f"/items/ammonia_site/{s['site'].code}"


def _photo(s: Scene) -> str:
    return f"/files/{s['submitted'].evidence.get().file.sha256}"


def _called(s: Scene) -> str:
    return f"/callups/{s['callup_running'].number}/people/{s['called'].pk}"


def _matter(s: Scene, stage: str) -> str:
    return f"/matters/{s[stage].number}"


def _rows(s: Scene) -> str:
    report = s["bulletin_checked"]
    return f"/reports/{report.pk}/rows/hazards_found/{report.period}/"


# fmt: off
LEADS: dict[str, Callable[[Scene], str]] = {
    "my_work":           lambda s: "/",
    "my_reported":       lambda s: "/reported/",
    "my_supervised":     lambda s: "/supervised/",
    "my_waiting":        lambda s: "/waiting/",
    "enter_matter":      lambda s: "/matters/new/",
    "matters":           lambda s: "/matters/",
    "matters-bulk":      lambda s: "/matters/bulk/dispatch/",
    "matter":            lambda s: f"{_matter(s, 'rectifying')}/",
    "edit_matter":       lambda s: f"{_matter(s, 'draft')}/edit/",
    "matter_contact":    lambda s: f"/matters/{s['citizens'].number}/reveal_contact/",
    "deed":              lambda s: f"{_matter(s, 'submitted')}/accept/",
    "views":             lambda s: "/views/",
    "view-drop":         lambda s: f"/views/{s['view'].pk}/drop/",
    "items":             lambda s: "/items/",
    "items-kind":        lambda s: "/items/ammonia_site/",
    "items-kind-bulk":   lambda s: "/items/ammonia_site/bulk/confirm/",
    "item-new":          lambda s: "/items/ammonia_site/new/",
    "item":              lambda s: f"{_site(s)}/",
    "item-deed":         lambda s: f"{_site(s)}/confirm_item/",
    "records":           lambda s: "/records/",
    "records-bulk":      lambda s: "/records/bulk/nothing/",
    "records-kind":      lambda s: "/records/inspection/",
    "records-kind-bulk": lambda s: "/records/inspection/bulk/nothing/",
    "record-choose":     lambda s: "/records/new/",
    "record-new":        lambda s: "/records/inspection/new/",
    "record":            lambda s: f"/records/{s['visit'].number}/",
    "stations":          lambda s: "/stations/",
    "stations-bulk":     lambda s: "/stations/bulk/nothing/",
    "stations-latest":   lambda s: "/stations/latest/",
    "stations-map":      lambda s: "/stations/map/",
    "stations-online":   lambda s: "/stations/online/",
    "stations-sources":  lambda s: "/stations/sources/",
    "stations-source-new": lambda s: "/stations/sources/new/",
    "station-new":       lambda s: "/stations/new/",
    "stations-points":   lambda s: f"/stations/points/{s['stream'].pk}/",
    "station":           lambda s: f"/stations/{s['gauge'].pk}/",
    "station-deed":      lambda s: f"/stations/{s['gauge'].pk}/set_maintenance/",
    "record-deed":       lambda s: f"/records/{s['visit'].number}/correct/",
    "papers":            lambda s: "/papers/",
    "paper-new":         lambda s: "/papers/new/reminder_letter/",
    "paper":             lambda s: f"/papers/{s['letter'].pk}/",
    "paper-file":        lambda s: f"/papers/{s['letter'].pk}/paper.docx",
    "paper-deed":        lambda s: f"/papers/{s['letter'].pk}/withdraw/",
    "reports":           lambda s: "/reports/",
    "report-new":        lambda s: "/reports/new/",
    "report":            lambda s: f"/reports/{s['bulletin_checked'].pk}/",
    "report-file":       lambda s: f"/reports/{s['bulletin_checked'].pk}/report.docx",
    "report-paragraph":  lambda s: f"/reports/{s['bulletin_written'].pk}/paragraphs/0/",
    "report-rows":       _rows,
    "report-part":       lambda s: f"{_rows(s)}source/GRID/",
    "report-deed":       lambda s: f"/reports/{s['bulletin_submitted'].pk}/check_report/",
    "accidents":         lambda s: "/accidents/",
    "accidents-bulk":    lambda s: "/accidents/bulk/nothing/",
    "accident-new":      lambda s: "/accidents/new/",
    "accident-analysis": lambda s: "/accidents/analysis/",
    "accident":          lambda s: f"/accidents/{s['accident'].number}/",
    "accident-deed":     lambda s: f"/accidents/{s['accident'].number}/correct/",
    "enterprises":       lambda s: "/enterprises/",
    "enterprises-bulk":  lambda s: "/enterprises/bulk/nothing/",
    "enterprise-new":    lambda s: "/enterprises/new/",
    "enterprise":        lambda s: f"/enterprises/{s['cold_chain'].pk}/",
    "enterprise-deed":   lambda s: f"/enterprises/{s['cold_chain'].pk}/change_body/",
    "areas":             lambda s: "/areas/",
    "area-offers":       lambda s: "/areas/offers/?back=/matters/&look_for=牧屿",
    "area":              lambda s: f"/areas/{GRID}/",
    "area-below":        lambda s: f"/areas/{AREA}/below/",
    "people":            lambda s: "/people/",
    "people-bulk":       lambda s: "/people/bulk/nothing/",
    "person-new":        lambda s: "/people/new/",
    "person":            lambda s: f"/people/{s['person'].pk}/",
    "person-phone":      lambda s: f"/people/{s['person'].pk}/phone/",
    "person-deed":       lambda s: f"/people/{s['person'].pk}/change_person/",
    "charges":           lambda s: "/charges/",
    "charges-bulk":      lambda s: "/charges/bulk/confirm/",
    "charge-new":        lambda s: "/charges/new/",
    "charge-gaps":       lambda s: "/charges/gaps/",
    "charges-public":    lambda s: "/charges/public/",
    "charge":            lambda s: f"/charges/{s['charge'].pk}/",
    "charge-deed":       lambda s: f"/charges/{s['charge'].pk}/confirm_charge/",
    "dues":              lambda s: "/dues/",
    "dues-mine":         lambda s: "/dues/mine/",
    "dues-ladder":       lambda s: "/dues/ladder/",
    "arrear":            lambda s: f"/dues/ladder/{s['arrear'].pk}/",
    "arrear-remind":     lambda s: f"/dues/ladder/{s['arrear'].pk}/remind/",
    "step-deed":         lambda s: f"/dues/steps/{s['step'].pk}/confirm_step/",
    "waiver-withdraw":   lambda s: f"/dues/waivers/{s['waiver'].pk}/",
    "plan-drop":         lambda s: f"/dues/lines/{s['plan_line'].pk}/",
    "due":               lambda s: "/dues/town_night_check/",
    "due-sheet":         lambda s: "/dues/town_night_check/sheet/",
    "due-plan":          lambda s: "/dues/plan_dust/plan/",
    "due-cell":          lambda s: f"/dues/town_night_check/{AREA}/2024-05-27/",
    "due-waive":         lambda s: f"/dues/town_night_check/{AREA}/2024-05-27/waive/",
    "assessment":        lambda s: "/assessment/?period=2024-05",
    "assessment-town":   lambda s: f"/assessment/towns/{AREA}/?period=2024-05",
    "assessment-post":   lambda s: "/assessment/post/?period=2024-03",
    "assessment-round":  lambda s: f"/assessment/rounds/{s['round'].pk}/",
    "assessment-close":  lambda s: f"/assessment/rounds/{s['round_before'].pk}/close/",
    "assessment-score":  lambda s: f"/assessment/scores/{s['score'].pk}/",
    "assessment-object": lambda s: f"/assessment/scores/{s['score'].pk}/object/",
    "assessment-letter": lambda s: f"/assessment/scores/{s['score'].pk}/letter/feedback/",
    "assessment-decide": lambda s: f"/assessment/objections/{s['objection'].pk}/",
    "figures":           lambda s: "/figures/",
    "figure":            lambda s: "/figures/hazards_found/",
    "closed-periods":    lambda s: "/figures/closed/",
    "close-period":      lambda s: f"/figures/closed/new/?period=2024-05&area={AREA}",
    "closed-period":     lambda s: f"/figures/closed/{s['frozen'].pk}/",
    "open-period":       lambda s: f"/figures/closed/{s['frozen'].pk}/unfreeze/",
    "figure-rows":       lambda s: f"/figures/hazards_found/rows/2024/{AREA}/",
    "figure-part":       lambda s: f"/figures/hazards_found/rows/2024/{AREA}/source/GRID/",
    "audit":             lambda s: "/audit/",
    "settings":          lambda s: "/settings/",
    "settings-health":   lambda s: "/settings/health/",
    "accounts":          lambda s: "/settings/accounts/",
    "account-new":       lambda s: "/settings/accounts/new/",
    "account-deed":      lambda s: f"/settings/accounts/{s['account'].pk}/lock_account/",
    "grants":            lambda s: "/settings/grants/",
    "grant-new":         lambda s: "/settings/grants/new/",
    "grant-withdraw":    lambda s: f"/settings/grants/{s['grant'].pk}/withdraw/",
    "catalogues":        lambda s: "/settings/catalogues/",
    "catalogue":         lambda s: "/settings/catalogues/sectors/",
    "settings-areas":    lambda s: "/settings/areas/",
    "area-deed":         lambda s: f"/settings/areas/{AREA}/rename_area/",
    "body-deed":         lambda s: f"/settings/bodies/{s['cold_chain'].pk}/close_body/",
    "post-deed":         lambda s: f"/settings/posts/{s['post'].pk}/abolish_post/",
    "imports":           lambda s: "/import/",
    "import":            lambda s: "/import/hazard/",
    "search":            lambda s: f"/search/?q={quote('液氨')}",
    "choose":            lambda s: f"/choose/post/?q={quote('泽国')}",
    "duty":              lambda s: "/duty/",
    "duty-log":          lambda s: "/duty/log/",
    "duty-handover":     lambda s: "/duty/handover/",
    "duty-roster":       lambda s: "/duty/roster/",
    "duty-paper":        lambda s: "/duty/roster/paper/",
    "duty-sheet":        lambda s: "/duty/roster/sheet/",
    "duty-shift":        lambda s: f"/duty/shifts/{s['shift'].pk}/",
    "duty-deed":         lambda s: f"/duty/desk/{s['desk'].pk}/write_log/",
    "me":                lambda s: "/me/",
    "set_type":          lambda s: "/me/type/",
    "app_manifest":      lambda s: "/app.webmanifest",
    "app_icon":          lambda s: "/icon.svg",
    "worker":            lambda s: "/worker.js",
    "offline":           lambda s: "/offline/",
    "sign_in":           lambda s: "/sign-in/",
    "new_password":      lambda s: "/sign-in/password/",
    "sign_out":          lambda s: "/sign-out/",
    "field":             lambda s: "/field/",
    "field_report":      lambda s: "/field/report/",
    "field_patrol":      lambda s: "/field/patrol/",
    "field_hello":       lambda s: "/field/hello/",
    "field_place":       lambda s: "/field/place/?lon=121.34&lat=28.49",
    "field_reference":   lambda s: "/field/reference/",
    "gateway-receipt":   lambda s: "/gateways/receipt/telecom/",
    "gateway-inbound":   lambda s: "/gateways/inbound/telecom/",
    "file":              lambda s: f"{_photo(s)}/",
    "file_small":        lambda s: f"{_photo(s)}/small/",
    "alarms":            lambda s: "/alarms/",
    "alarm":             lambda s: f"/alarms/{s['alarm'].number}/",
    "alarm-deed":        lambda s: f"/alarms/{s['alarm'].number}/acknowledge/",
    "watch-rules":       lambda s: "/alarms/rules/",
    "watch-rule":        lambda s: "/alarms/rules/gas_lel/",
    "warnings":          lambda s: "/warnings/",
    "warning-new":       lambda s: "/warnings/new/",
    "warning":           lambda s: f"/warnings/{s['warning_submitted'].pk}/",
    "warning-edit":      lambda s: f"/warnings/{s['warning_draft'].pk}/edit/",
    "warning-deed":      lambda s: f"/warnings/{s['warning_submitted'].pk}/approve_warning/",
    "warnings-feed":     lambda s: "/feeds/warnings.atom",
    "warning-message":   lambda s: f"/feeds/{s['warning_issued'].identifier}.xml",
    "callups":           lambda s: "/callups/",
    "callups-bulk":      lambda s: "/callups/bulk/nothing/",
    "callup-new":        lambda s: "/callups/new/",
    "callup-drill":      lambda s: "/callups/drill/",
    "callup-preview":    lambda s: f"/callups/preview/LIVE/?area={AREA}",
    "callup-areas":      lambda s: f"/callups/areas/?below={AREA}",
    "callup":            lambda s: f"/callups/{s['callup_running'].number}/",
    "callup-now":        lambda s: f"/callups/{s['callup_running'].number}/now/",
    "callup-acks":       lambda s: f"/callups/{s['callup_running'].number}/acks/",
    "callup-evidence":   lambda s: f"/callups/{s['callup_running'].number}/evidence/",
    "callup-paper":      lambda s: f"/callups/{s['callup_running'].number}/paper/",
    "callup-deed":       lambda s: f"/callups/{s['callup_submitted'].number}/approve/",
    "callup-answer":     lambda s: f"/callups/{s['callup_running'].number}/answer/",
    "callup-people":     lambda s: f"/callups/{s['callup_running'].number}/people/",
    "callup-people-bulk": lambda s: f"/callups/{s['callup_running'].number}/people/bulk/nothing/",
    "callup-person":     lambda s: f"{_called(s)}/",
    "callup-ring":       lambda s: f"{_called(s)}/ring/",
    "callup-record":     lambda s: f"{_called(s)}/record/",
    "callup-give-up":    lambda s: f"{_called(s)}/give_up/",
    "callup-times":      lambda s: "/callups/times/",
    "reach":             lambda s: "/me/reach/",
    "callup-history":    lambda s: f"/callups/person/{s['called'].person_id}/",
    "answer":            lambda s: f"/a/{issue_token(s['called'])}/",
    "checks":            lambda s: "/checks/",
    "checks-bulk":       lambda s: "/checks/bulk/nothing/",
    "checks-due":        lambda s: "/checks/due/",
    "checks-due-bulk":   lambda s: "/checks/due/bulk/nothing/",
    "check-new":         lambda s: "/checks/new/",
    "check":             lambda s: f"/checks/{s['six'].number}/",
    "check-deed":        lambda s: f"/checks/{s['sample'].number}/call_sample/",
    "checked":           lambda s: f"/checks/{s['six'].number}/{s['six_asked'].pk}/",
    "checked-deed":      lambda s: f"/checks/{s['six'].number}/{s['six_asked'].pk}/record_check/",
}
# fmt: on
