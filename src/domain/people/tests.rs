use super::*;
use std::fmt::Write;

/// The whole table in words: a change to a permission is a change to this text.
#[test]
fn the_table() {
    let mut table = String::new();
    for role in Role::ALL {
        for action in Action::ALL {
            for relation in Relation::ALL {
                if may(role, action, relation) {
                    writeln!(table, "{} {} {relation:?}", role.name(), action.name()).unwrap();
                }
            }
        }
    }
    assert_eq!(
        table,
        "social-supervisor view-patient Own\n\
         social-supervisor view-patient Joint\n\
         social-supervisor view-patient Emergency\n\
         social-supervisor keep-record Own\n\
         social-supervisor keep-record Joint\n\
         social-supervisor keep-record Emergency\n\
         social-supervisor edit-record Own\n\
         social-supervisor edit-record Joint\n\
         social-supervisor write-report Own\n\
         social-supervisor write-report Joint\n\
         social-supervisor send-report Own\n\
         social-supervisor send-report Joint\n\
         social-supervisor release-copy Own\n\
         clinical-supervisor view-patient Own\n\
         clinical-supervisor view-patient Joint\n\
         clinical-supervisor view-patient Emergency\n\
         clinical-supervisor keep-record Own\n\
         clinical-supervisor keep-record Joint\n\
         clinical-supervisor keep-record Emergency\n\
         clinical-supervisor write-part-c Own\n\
         clinical-supervisor write-part-c Joint\n\
         line-manager view-patient Own\n\
         line-manager view-patient Team\n\
         line-manager view-patient Emergency\n\
         line-manager keep-record Own\n\
         line-manager keep-record Team\n\
         line-manager keep-record Emergency\n\
         line-manager edit-record Own\n\
         line-manager edit-record Team\n\
         line-manager allocate Own\n\
         line-manager allocate Team\n\
         line-manager review-report Own\n\
         line-manager review-report Team\n\
         line-manager release-copy Own\n\
         line-manager release-copy Team\n\
         line-manager read-audit Own\n\
         line-manager read-audit Team\n\
         line-manager export-record Own\n\
         line-manager export-record Team\n\
         line-manager control-access Own\n\
         line-manager control-access Team\n\
         administrator hand-over Own\n\
         administrator hand-over Team\n\
         administrator hand-over Organisation\n\
         auditor read-audit Own\n\
         auditor read-audit Team\n\
         auditor read-audit Organisation\n"
    );
}

/// The table of an organisation's own matters.
#[test]
fn the_organisation_table() {
    let mut table = String::new();
    for role in Role::ALL {
        for action in OrganisationAction::ALL {
            if may_in(role, action) {
                writeln!(table, "{} {}", role.name(), action.name()).unwrap();
            }
        }
    }
    assert_eq!(
        table,
        "social-supervisor contribute-to-assessment\n\
         social-supervisor read-registers\n\
         social-supervisor register-patient\n\
         social-supervisor open-in-emergency\n\
         clinical-supervisor read-registers\n\
         clinical-supervisor open-in-emergency\n\
         line-manager contribute-to-assessment\n\
         line-manager view-figures\n\
         line-manager read-registers\n\
         line-manager keep-competence\n\
         line-manager register-patient\n\
         line-manager arrange-cover\n\
         line-manager open-in-emergency\n\
         assessment-lead view-assessments\n\
         assessment-lead contribute-to-assessment\n\
         assessment-lead lead-assessment\n\
         assessment-lead keep-action\n\
         assessment-lead view-figures\n\
         assessment-lead read-registers\n\
         assessment-lead keep-registers\n\
         assessment-lead keep-competence\n\
         executive view-assessments\n\
         executive sign-assessment\n\
         executive view-figures\n\
         executive read-registers\n\
         executive manage-retention\n\
         administrator manage-settings\n\
         administrator manage-people\n\
         administrator read-registers\n\
         administrator keep-registers\n\
         administrator read-organisation-audit\n\
         administrator manage-retention\n\
         auditor read-registers\n\
         auditor read-organisation-audit\n"
    );
}

#[test]
fn e_mail_addresses_have_one_shape() {
    for good in [
        "a@b.uk",
        "priya.nandakumar@northmere.example.org",
        "o'neil+x@a-b.nhs.uk",
    ] {
        assert!(is_email(good), "{good}");
    }
    let long = format!("{}@example.org", "x".repeat(260));
    for bad in [
        "",
        "a",
        "@b.uk",
        "a@",
        "a@b",
        "a@b.",
        "a@@b.uk",
        "a b@c.uk",
        "a@b.uk\r\nBcc: x@y.uk",
        "a@b.uk,c@d.uk",
        &long,
    ] {
        assert!(!is_email(bad), "{bad}");
    }
}

#[test]
fn roles_are_named_both_ways() {
    for role in Role::ALL {
        assert_eq!(Role::named(role.name()), Some(role));
    }
    assert_eq!(Role::named("root"), None);
}
