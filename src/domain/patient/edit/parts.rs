//! The parts of the record, and what of a part is edited.

use crate::domain::form::definition::RecordFact;

macro_rules! groups {
    ($($(#[$doc:meta])* $group:ident $name:literal $words:literal),* $(,)?) => {
        /// A part of the record that has a page of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Group {
            $($(#[$doc])* $group,)*
        }

        impl Group {
            /// Every part, in the order in which Part A has them.
            pub const ALL: &[Self] = &[$(Self::$group,)*];

            /// As in addresses and as stored.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$group => $name,)* }
            }

            /// In words.
            #[must_use]
            pub fn words(self) -> &'static str {
                match self { $(Self::$group => $words,)* }
            }
        }
    };
}

groups! {
    /// Names, date of birth, references, nation.
    Names "names" "Names and references",
    /// Authority for the restrictions.
    Order "order" "Order",
    /// Index offences.
    Offences "offences" "Index offences",
    /// The conditional discharge.
    Discharge "discharge" "Discharge",
    /// Addresses.
    Addresses "addresses" "Addresses",
    /// Supervisors as Part A names them.
    Supervisors "supervisors" "Supervisors and cover",
    /// Care team.
    CareTeam "care-team" "Care team",
    /// Conditions of discharge.
    Conditions "conditions" "Conditions of discharge",
    /// MAPPA.
    Mappa "mappa" "MAPPA",
    /// Categories and levels under MAPPA that have ended.
    EarlierMappa "earlier-mappa" "MAPPA before",
    /// Victim Liaison Officers.
    VictimLiaison "victim-liaison" "Victim liaison",
    /// Names marked as a victim's or a third party's.
    NamedPeople "named-people" "Victims and third parties by name",
    /// Other orders and requirements.
    OtherOrders "other-orders" "Other orders",
    /// Mental disorder and capacity.
    Health "health" "Mental disorder and capacity",
    /// Language, ethnicity, advocate.
    Communication "communication" "Communication, ethnicity and advocate",
    /// How often the person is to be seen, plan by plan.
    ContactPlans "contact-plans" "Plans of contact",
    /// Reviews that the clinical supervisor held.
    ClinicalReviews "clinical-reviews" "Clinical reviews",
    /// Planned contact, agreed interval, unreliable self-report.
    Plan "plan" "Plan of supervision",
}

impl Group {
    /// The part of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|g| g.name() == name)
    }

    /// The part that a fact of Part A is corrected in.
    #[must_use]
    pub fn of(fact: RecordFact) -> Option<Self> {
        use RecordFact as F;
        Some(match fact {
            F::Names | F::DateOfBirth | F::NhsNumber | F::MhcsReference | F::Nation => Self::Names,
            F::Authority => Self::Order,
            F::IndexOffences => Self::Offences,
            F::Discharge => Self::Discharge,
            F::Address => Self::Addresses,
            F::Supervisors => Self::Supervisors,
            F::CareTeam => Self::CareTeam,
            F::Conditions => Self::Conditions,
            F::Mappa => Self::Mappa,
            F::VictimLiaison => Self::VictimLiaison,
            F::OtherOrders => Self::OtherOrders,
            F::MentalDisorder | F::Capacity => Self::Health,
            F::Communication | F::Ethnicity | F::Advocate => Self::Communication,
            F::PreviousReport => return None,
        })
    }

    /// Whether it is a list, whose items have pages of their own.
    #[must_use]
    pub fn is_list(self) -> bool {
        self.item().is_some()
    }

    /// One of its items in words, with the article, where it is a list.
    #[must_use]
    pub fn item(self) -> Option<&'static str> {
        Some(match self {
            Self::Offences => "an index offence",
            Self::Addresses => "an address",
            Self::Supervisors => "a supervisor",
            Self::CareTeam => "a member of the care team",
            Self::Conditions => "a condition",
            Self::VictimLiaison => "a Victim Liaison Officer",
            Self::EarlierMappa => "an earlier category and level",
            Self::OtherOrders => "an order",
            Self::NamedPeople => "a name",
            Self::ContactPlans => "a plan of contact",
            Self::ClinicalReviews => "a clinical review",
            _ => return None,
        })
    }

    /// Whether what it holds may begin ahead of today: its items carry their own dates.
    pub(super) fn may_lie_ahead(self) -> bool {
        matches!(
            self,
            Self::Addresses
                | Self::Supervisors
                | Self::Conditions
                | Self::OtherOrders
                | Self::CareTeam
                | Self::VictimLiaison
                | Self::ContactPlans
        )
    }
}

/// What of a part is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A part that is no list.
    Whole,
    /// A new item of a list.
    New,
    /// The item at that place, from 0.
    Item(usize),
    /// Takes the item at that place out: it was recorded wrongly.
    Remove(usize),
    /// A new wording of the condition at that place.
    Vary(usize),
    /// The end of the condition at that place.
    End(usize),
}

impl Target {
    /// From an address: `new`, `3`, `remove-3`, `vary-3`, `end-3`; places from 1.
    #[must_use]
    pub fn named(group: Group, name: &str) -> Option<Self> {
        if !group.is_list() {
            return None;
        }
        let place = |n: &str| n.parse::<usize>().ok()?.checked_sub(1);
        match name.split_once('-') {
            None if name == "new" => Some(Self::New),
            None => place(name).map(Self::Item),
            Some(("remove", n)) => place(n).map(Self::Remove),
            Some(("vary", n)) if group == Group::Conditions => place(n).map(Self::Vary),
            Some(("end", n)) if group == Group::Conditions => place(n).map(Self::End),
            Some(_) => None,
        }
    }

    /// The place of the item that it is about.
    pub(super) fn place(self) -> Option<usize> {
        match self {
            Self::Whole | Self::New => None,
            Self::Item(n) | Self::Remove(n) | Self::Vary(n) | Self::End(n) => Some(n),
        }
    }

    pub(super) fn at(self, place: usize) -> Self {
        match self {
            Self::Whole | Self::New => self,
            Self::Item(_) => Self::Item(place),
            Self::Remove(_) => Self::Remove(place),
            Self::Vary(_) => Self::Vary(place),
            Self::End(_) => Self::End(place),
        }
    }
}
