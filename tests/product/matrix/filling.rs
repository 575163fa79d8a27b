//! Addresses of routes, with something real in the place of each of their parameters.

/// What the routes of a walk are about.
#[derive(Clone)]
pub struct Filling {
    pub patient: String,
    pub report: String,
    pub assessment: String,
    pub entry: String,
    /// A paper about the patient.
    pub paper: String,
    pub organisation: String,
    pub person: String,
    /// Whatever else of somebody's an address names.
    pub object: String,
}

impl Filling {
    /// An address of a route. Nothing is left open, and no part of it is empty.
    pub fn path(&self, route: &str) -> String {
        let paper = if route.starts_with("/patients") {
            &self.paper
        } else if route.contains("checklist") {
            "checklist.html"
        } else {
            "board.html"
        };
        let mut path = route.to_owned();
        for (name, value) in [
            ("{patient}", self.patient.as_str()),
            ("{report}", &self.report),
            ("{assessment}", &self.assessment),
            ("{entry}", &self.entry),
            ("{paper}", paper),
            ("{organisation}", &self.organisation),
            ("{person}", &self.person),
            ("{section}", "contact"),
            ("{kind}", "contact"),
            ("{group}", "addresses"),
            ("{item}", "new"),
            ("{step}", "restrict"),
            ("{event}", "arrest"),
            ("{place}", "mhcs"),
            ("{domain}", "D1"),
            ("{figure}", "contact-gaps"),
            ("{topic}", "role"),
            ("{form}", "progress-report"),
            ("{version}", "2026-01-05"),
            ("{format}", "pdf"),
            ("{name}", "conditional-discharge.css"),
            ("{*function}", "autosave"),
            ("{action}", &self.object),
            ("{notice}", &self.object),
            ("{policy}", &self.object),
            ("{lesson}", &self.object),
            ("{link}", &self.object),
            ("{cover}", &self.object),
            ("{destruction}", &self.object),
            ("{invitation}", &self.object),
            ("{token}", &self.object),
        ] {
            path = path.replace(name, value);
        }
        assert!(
            !path.contains("//") && !path.contains('{'),
            "{route} is not filled: {path}"
        );
        path
    }
}
