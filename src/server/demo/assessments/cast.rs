//! Who plays which part in the demo's self-assessments.

use crate::domain::people::Role;
use crate::server::demo::{Account, HARROWDENE, NORTHMERE};

/// The people of the self-assessments who are nobody else in the demo.
pub(in crate::server::demo) const ACCOUNTS: [Account; 4] = [
    Account {
        roles: &[("northmere", Role::Executive)],
        name: "Moira Sandford-Ebele",
        job_title: "Chief nurse and executive director",
        email: "moira.sandford-ebele@northmere.example.org",
    },
    Account {
        roles: &[("harrowdene", Role::AssessmentLead)],
        name: "Bea Lindqvist",
        job_title: "Principal social worker",
        email: "bea.lindqvist@harrowdene.example.org",
    },
    Account {
        roles: &[("harrowdene", Role::Executive)],
        name: "Gareth Oduya",
        job_title: "Director of adult social services",
        email: "gareth.oduya@harrowdene.example.org",
    },
    Account {
        roles: &[("harrowdene", Role::SocialSupervisor)],
        name: "Dilys Prothero",
        job_title: "Senior social worker",
        email: "dilys.prothero@harrowdene.example.org",
    },
];

/// Who does what in one organisation, by e-mail.
pub(super) struct Cast {
    pub organisation: &'static str,
    pub lead: &'static str,
    pub contributor: &'static str,
    pub challenger: &'static str,
    pub executive: &'static str,
    /// Moves every pattern of ratings, so that the organisations differ.
    pub offset: usize,
}

pub(super) const CASTS: [Cast; 2] = [
    Cast {
        organisation: NORTHMERE.0,
        lead: "alan.fewtrell@northmere.example.org",
        contributor: "ruth.okonedo-lyle@northmere.example.org",
        challenger: "priya.nandakumar@northmere.example.org",
        executive: "moira.sandford-ebele@northmere.example.org",
        offset: 0,
    },
    Cast {
        organisation: HARROWDENE.0,
        lead: "bea.lindqvist@harrowdene.example.org",
        contributor: "nell.brook@harrowdene.example.org",
        challenger: "sam.adeyemi@harrowdene.example.org",
        executive: "gareth.oduya@harrowdene.example.org",
        offset: 3,
    },
];
