//! Every route, by room. A route that is not in the permission matrix fails the build's tests.

mod sign_on;

use super::app::App;
use super::assets;
use super::router::ANSWERS_LIMIT;
use crate::api::assessments::{
    self, actions, challenge, compare, domain, overview, papers as assessment_papers, people, steps,
};
use crate::api::{account, administration, cover, emergency, invitation, opening, staff};
use crate::api::{
    assurance, audit, caseload, considered, correction, correspondence, deadlines, deputy,
    disagreement, entries, entry, exceptional, figures, forms, freeze, guidance, happened, home,
    late, notices, other_papers, outside, papers, patients, protocol, record, release, reports,
    retention, review, sections, sign, sign_in, subject_access, timeline, verify,
};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// What takes a session.
pub(super) fn signed_in() -> Router<App> {
    Router::new()
        .route("/", get(home::home))
        .route("/caseload", get(caseload::show))
        .route("/sign-out", post(sign_in::sign_out))
        .merge(sign_on::signed_in())
        .merge(audits())
        .route(
            "/verify",
            get(verify::show)
                .post(verify::check)
                .layer(DefaultBodyLimit::max(verify::FILE_LIMIT)),
        )
        .route("/notices", get(notices::list))
        .route("/notices/{notice}/aside", post(notices::put_aside))
        .merge(protocol())
        .merge(patients())
        .merge(assurance())
        .merge(guidance_pages())
        .merge(reports())
        .merge(people_and_places())
        .merge(assessments())
}

/// Self-assessments of organisations and their action plans.
fn assessments() -> Router<App> {
    let answers = Router::new()
        .route(
            "/assessments/{assessment}/domains/{domain}",
            get(domain::show).post(domain::save),
        )
        .route(
            "/assessments/{assessment}/challenge/{domain}",
            get(challenge::show).post(challenge::save),
        )
        .layer(DefaultBodyLimit::max(ANSWERS_LIMIT));
    Router::new()
        .route("/assessments", get(assessments::list))
        .route("/assessments/overview", get(assessments::overview))
        .route("/assessments/standards", get(assessments::standards))
        .route(
            "/assessments/open/{organisation}",
            get(assessments::show_open).post(assessments::open),
        )
        .route(
            "/assessments/checklist/{paper}",
            get(assessment_papers::blank),
        )
        .route("/assessments/{assessment}", get(overview::show))
        .route(
            "/assessments/{assessment}/people",
            get(people::show).post(people::save),
        )
        .route("/assessments/{assessment}/share", post(people::offer))
        .route(
            "/assessments/{assessment}/share/answer",
            post(people::answer),
        )
        .route(
            "/assessments/{assessment}/step",
            get(steps::show).post(steps::take),
        )
        .route(
            "/assessments/{assessment}/sign",
            get(assessments::signing::show_sign).post(assessments::signing::sign),
        )
        .route(
            "/assessments/{assessment}/review",
            get(assessments::review::show_review).post(assessments::review::review),
        )
        .route(
            "/assessments/{assessment}/actions",
            get(actions::plan).post(actions::add),
        )
        .route("/assessments/{assessment}/compare", get(compare::show))
        .route(
            "/assessments/{assessment}/papers/{paper}",
            get(assessment_papers::paper),
        )
        .route("/actions", get(actions::list))
        .route(
            "/actions/{action}",
            get(actions::show).post(actions::update),
        )
        .merge(answers)
}

/// The organisation's protocol for notifiable events.
fn protocol() -> Router<App> {
    Router::new()
        .route("/protocol", get(protocol::find))
        .route(
            "/organisations/{organisation}/protocol",
            get(protocol::show),
        )
        .route(
            "/organisations/{organisation}/protocol/events/{event}",
            get(protocol::show_event).post(protocol::confirm),
        )
        .route(
            "/organisations/{organisation}/protocol/contacts/{place}",
            get(protocol::show_contact).post(protocol::set_contact),
        )
}

/// The organisation's audit, and the end of its records.
fn audits() -> Router<App> {
    Router::new()
        .route("/audit", get(audit::show).post(audit::find))
        .route("/audit/head", get(audit::head))
        .route("/retention", get(retention::show).post(retention::act))
        .route("/retention/{destruction}", get(retention::certificate))
        .route("/processing", get(retention::processing))
}

/// One's own account, and what administrators look after.
fn people_and_places() -> Router<App> {
    Router::new()
        .route("/account", get(account::show))
        .route("/session", post(account::stay))
        .route("/account/sessions", post(account::end_session))
        .route(
            "/account/password",
            get(account::show_password).post(account::change_password),
        )
        .route(
            "/account/second-factor",
            get(account::show_second_factor).post(account::second_factor),
        )
        .route("/administration", get(administration::administration))
        .route(
            "/organisations/{organisation}/settings",
            get(administration::show_settings).post(administration::save_settings),
        )
        .route("/organisations/{organisation}/people", get(staff::people))
        .route("/organisations/{organisation}/teams", post(staff::add_team))
        .route(
            "/organisations/{organisation}/people/invite",
            get(staff::invite::show).post(staff::invite::make),
        )
        .route(
            "/organisations/{organisation}/invitations/{invitation}/cancel",
            post(staff::cancel),
        )
        .route(
            "/organisations/{organisation}/people/{person}",
            get(staff::member::show).post(staff::member::change),
        )
        .route(
            "/organisations/{organisation}/people/{person}/end-sessions",
            post(staff::member::end_sessions),
        )
        .route(
            "/organisations/{organisation}/people/{person}/leave",
            get(staff::leaving::show).post(staff::leaving::leave),
        )
}

/// The patient's record and the supervision record.
fn patients() -> Router<App> {
    let answers = Router::new()
        .route(
            "/patients/{patient}/details/{group}",
            get(record::show).post(record::save),
        )
        .route(
            "/patients/{patient}/details/{group}/{item}",
            get(record::show_item).post(record::save_item),
        )
        .route(
            "/patients/{patient}/record/{kind}",
            get(entries::show).post(entries::save),
        )
        .route(
            "/patients/{patient}/entries/{entry}/correct",
            get(entries::show_correction).post(entries::correct),
        )
        .route(
            "/patients/{patient}/entries/{entry}/told",
            post(entry::told),
        )
        .route(
            "/patients/{patient}/papers/{paper}",
            get(other_papers::show).post(other_papers::save),
        )
        .layer(DefaultBodyLimit::max(ANSWERS_LIMIT));
    Router::new()
        .route("/patients/{patient}", get(patients::show))
        .route("/patients/{patient}/reports", post(reports::begin))
        .route(
            "/register",
            get(record::register::show).post(record::register::save),
        )
        .route("/find", get(record::find::show).post(record::find::find))
        .route("/find/results", get(record::find::results))
        .route(
            "/patients/{patient}/allocation",
            get(record::allocation::show).post(record::allocation::save),
        )
        .route("/patients/{patient}/details", get(record::overview))
        .route("/patients/{patient}/history", get(record::history::show))
        .route(
            "/patients/{patient}/late",
            get(deadlines::show_late).post(deadlines::save_late),
        )
        .route(
            "/patients/{patient}/plan",
            get(deadlines::show_plan).post(deadlines::save_plan),
        )
        .route("/patients/{patient}/record", get(timeline::timeline))
        .route("/patients/{patient}/entries/{entry}", get(entry::show))
        .route(
            "/patients/{patient}/entries/{entry}/withdraw",
            post(entry::withdraw),
        )
        .route(
            "/patients/{patient}/entries/{entry}/review",
            post(entry::review),
        )
        .route(
            "/patients/{patient}/happened",
            get(happened::show).post(happened::continue_),
        )
        .route(
            "/patients/{patient}/papers",
            get(other_papers::list).post(other_papers::begin),
        )
        .route(
            "/patients/{patient}/papers/{paper}/given",
            post(other_papers::give),
        )
        .route(
            "/patients/{patient}/papers/{paper}/paper.pdf",
            get(other_papers::pdf),
        )
        .route(
            "/patients/{patient}/papers/{paper}/paper.html",
            get(other_papers::html),
        )
        .route(
            "/patients/{patient}/papers/{paper}/paper.docx",
            get(other_papers::docx),
        )
        .route(
            "/patients/{patient}/papers/{paper}/paper.json",
            get(other_papers::json),
        )
        .route("/patients/{patient}/audit", get(timeline::who_looked))
        .route("/patients/{patient}/access", get(opening::show))
        .route(
            "/patients/{patient}/access/{step}",
            get(opening::show_step).post(opening::take),
        )
        .route("/cover", get(cover::show).post(cover::arrange))
        .route("/cover/{cover}/end", post(cover::end))
        .route("/emergency", get(emergency::show).post(emergency::open))
        .route(
            "/patients/{patient}/subject-access",
            get(subject_access::show).post(subject_access::export),
        )
        .merge(answers)
}

/// Writing, signing, freezing and sending a report.
fn reports() -> Router<App> {
    let answers = Router::new()
        .route(
            "/reports/{report}/sections/{section}",
            get(sections::show).post(sections::save),
        )
        .route(
            "/reports/{report}/check",
            get(reports::check).post(considered::save),
        )
        .route(
            "/reports/{report}/review",
            get(review::show).post(review::decide),
        )
        .layer(DefaultBodyLimit::max(ANSWERS_LIMIT));
    Router::new()
        .route("/reports/{report}", get(reports::task_list))
        .route("/reports/{report}/internal", get(considered::internal))
        .route(
            "/reports/{report}/sign",
            get(sign::show_author).post(sign::author),
        )
        .route(
            "/reports/{report}/part-c/sign",
            get(sign::show_clinician).post(sign::clinician),
        )
        .route(
            "/reports/{report}/freeze",
            get(freeze::show).post(freeze::freeze),
        )
        .route(
            "/reports/{report}/part-c/outside",
            get(outside::show).post(outside::record),
        )
        .route(
            "/reports/{report}/exceptional",
            get(exceptional::show).post(exceptional::freeze),
        )
        .route(
            "/reports/{report}/deputy",
            get(deputy::show).post(deputy::ask),
        )
        .route(
            "/reports/{report}/disagreement",
            get(disagreement::show).post(disagreement::add),
        )
        .route(
            "/reports/{report}/correspondence",
            get(correspondence::show).post(correspondence::record),
        )
        .route(
            "/reports/{report}/correct",
            get(correction::show).post(correction::begin),
        )
        .route(
            "/reports/{report}/withdraw",
            get(correction::show_withdraw).post(correction::withdraw),
        )
        .route(
            "/reports/{report}/take-over",
            get(correction::show_take_over).post(correction::take_over),
        )
        .route("/reports/{report}/finished", get(freeze::finished))
        .route("/reports/{report}/text", get(freeze::copy))
        .route("/reports/{report}/late", get(late::show).post(late::save))
        .route(
            "/reports/{report}/sent",
            get(freeze::show_sent).post(freeze::sent),
        )
        .route("/reports/{report}/paper.pdf", get(papers::pdf))
        .route("/reports/{report}/paper.html", get(papers::html))
        .route("/reports/{report}/paper.docx", get(papers::docx))
        .route("/reports/{report}/paper.json", get(papers::json))
        .route(
            "/reports/{report}/patients-copy",
            get(release::show).post(release::decide),
        )
        .route(
            "/reports/{report}/patients-copy/{format}",
            get(release::paper),
        )
        .merge(answers)
}

/// Figures and the registers of an organisation.
fn assurance() -> Router<App> {
    use crate::api::assurance::{competence, lessons, policies};
    Router::new()
        .route("/assurance", get(assurance::show))
        .route("/organisations/{organisation}/figures", get(figures::show))
        .route(
            "/organisations/{organisation}/figures/{figure}",
            get(figures::one),
        )
        .route(
            "/organisations/{organisation}/policies",
            get(policies::list),
        )
        .route(
            "/organisations/{organisation}/policies/new",
            get(policies::show_new).post(policies::add),
        )
        .route(
            "/organisations/{organisation}/policies/{policy}",
            get(policies::one),
        )
        .route(
            "/organisations/{organisation}/policies/{policy}/replace",
            get(policies::show_replace).post(policies::replace),
        )
        .route(
            "/organisations/{organisation}/policies/{policy}/retire",
            post(policies::retire),
        )
        .route(
            "/organisations/{organisation}/policies/{policy}/read",
            post(policies::read),
        )
        .route("/organisations/{organisation}/lessons", get(lessons::list))
        .route(
            "/organisations/{organisation}/lessons/new",
            get(lessons::show_new).post(lessons::add),
        )
        .route(
            "/organisations/{organisation}/lessons/{lesson}",
            get(lessons::one),
        )
        .route(
            "/organisations/{organisation}/lessons/{lesson}/change",
            get(lessons::show_change).post(lessons::change),
        )
        .route(
            "/organisations/{organisation}/competence",
            get(competence::list),
        )
        .route(
            "/organisations/{organisation}/competence/{person}",
            get(competence::one),
        )
        .route(
            "/organisations/{organisation}/competence/{person}/training",
            get(competence::show_training).post(competence::add_training),
        )
        .route(
            "/organisations/{organisation}/competence/{person}/supervision",
            get(competence::show_supervision).post(competence::add_supervision),
        )
        .route(
            "/organisations/{organisation}/competence/{person}/withdraw",
            post(competence::withdraw),
        )
}

/// Guidance, with an organisation's own links.
fn guidance_pages() -> Router<App> {
    Router::new()
        .route("/guidance", get(guidance::topics))
        .route("/guidance/{topic}", get(guidance::topic))
        .route(
            "/organisations/{organisation}/guidance/{topic}",
            post(guidance::add_link),
        )
        .route(
            "/organisations/{organisation}/guidance/{topic}/{link}/remove",
            post(guidance::remove_link),
        )
}

/// What takes no session.
pub(super) fn anybody() -> Router<App> {
    Router::new()
        .route(
            "/sign-in",
            get(sign_in::show)
                .post(sign_in::sign_in)
                .layer(DefaultBodyLimit::max(ANSWERS_LIMIT)),
        )
        .route(
            "/sign-in/code",
            post(sign_in::code).layer(DefaultBodyLimit::max(ANSWERS_LIMIT)),
        )
        .merge(sign_on::anybody())
        .route(
            "/invitation/{token}",
            get(invitation::show).post(invitation::accept),
        )
        .route("/help", get(home::help))
        .route(
            "/help/something-has-happened",
            get(home::something_has_happened),
        )
        .route("/accessibility", get(home::accessibility))
        .route("/forms", get(forms::list))
        .route("/forms/{form}/{version}/{format}", get(forms::blank))
        .route("/schemas/frozen-report-1.json", get(forms::schema))
        .route("/privacy", get(home::privacy))
        .route("/cookies", get(home::cookies))
        .route("/licences", get(home::licences))
        .route("/pkg/{name}", get(assets::file))
        .route("/favicon.svg", get(assets::icon))
        .route("/session.js", get(assets::session))
        .route("/session", get(account::session))
}
