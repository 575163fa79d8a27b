//! The page of something that cannot be done. Set without the framework, so that it can be shown
//! when everything else fails.

use crate::components::layout::{SERVICE, escape};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Answers with a heading and a paragraph.
#[must_use]
pub fn respond(status: StatusCode, heading: &str, text: &str) -> Response {
    let style = crate::server::assets::style_version();
    let (heading, text) = (escape(heading), escape(text));
    let html = format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{heading} – {SERVICE}</title>\
         <link rel=\"stylesheet\" href=\"/pkg/conditional-discharge.css?v={style}\"></head>\
         <body><header class=\"nhsuk-header\" role=\"banner\"><div class=\"nhsuk-header__container nhsuk-width-container\">\
         <div class=\"nhsuk-header__service\"><a class=\"nhsuk-header__service-name\" href=\"/\">{SERVICE}</a></div></div></header>\
         <div class=\"nhsuk-width-container\"><main class=\"nhsuk-main-wrapper\" id=\"main\">\
         <h1 class=\"nhsuk-heading-l\">{heading}</h1><p>{text}</p>\
         <p>If something has happened to a patient, do not wait for this service: telephone first.</p>\
         <p><a href=\"/\">Go to the start page</a></p></main></div></body></html>"
    );
    let policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (status, headers, html).into_response()
}
