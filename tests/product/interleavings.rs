//! Several people at one report in an order of chance: they read, write, save by button and by themselves,
//! settle conflicts, sign, return, approve, take over, and write again after an approval, from pages that are
//! older than what stands. A model beside the product says what must come of each step.
//!
//! What holds after every step: the answers and their versions are the model's, so a text that was ever called
//! saved stands, or was replaced by somebody who had seen it; whatever was refused is shown to who typed it,
//! beside what stands instead; no version goes back.

mod asked;

use crate::cover::{arrange, named};
use crate::matrix::writes::Peek;
use crate::support::{
    AUTHOR, COLLEAGUE, DOCTOR, FACTS, MANAGER, PASSWORD, Page, Visitor, World, controls, encode,
};
use asked::{Asked, At, CLINICAL, Chance, SECTIONS, Tally, key_of, pairs, texts};
use conditional_discharge::domain::identifiers::PersonId;
use conditional_discharge::domain::people::Role;
use conditional_discharge::domain::report::lifecycle::Owed;
use conditional_discharge::domain::report::{Lifecycle, State, Step};
use conditional_discharge::server::store::people;
use std::collections::BTreeMap;

/// A question with its row; the row is empty where there is none.
type Key = (String, String);
type Fields = BTreeMap<String, String>;
/// An answer that is taken.
type Taken = (Key, Fields);
/// An answer, mine and theirs.
type Differs = (Key, Fields, Fields);

/// A browser with what its page was made from.
struct Browser {
    visitor: Visitor,
    person: PersonId,
    name: &'static str,
    writes_part_c: bool,
    seen: BTreeMap<Key, (u32, Fields)>,
    /// What a page showed beside each other: the section, the answer, mine and theirs.
    conflicts: Vec<(usize, Key, Fields, Fields)>,
}

struct Walk {
    world: World,
    peek: Peek,
    chance: Chance,
    report: String,
    browsers: Vec<Browser>,
    manager: Visitor,
    /// The model.
    stands: BTreeMap<Key, (u32, Fields)>,
    life: Lifecycle,
    tally: Tally,
}

impl Walk {
    async fn begin(database: &str, seed: u64) -> Self {
        let world = World::new(database).await;
        let mut manager = world.signed_in(MANAGER).await;
        let covers = named(&world, COLLEAGUE, Role::SocialSupervisor).await;
        let page = arrange(&world, &mut manager, &covers, 20, 28).await;
        assert_eq!(page.status, 303, "{}", page.body);
        let mut browsers = Vec::new();
        for (email, name) in [
            (AUTHOR, "Ada Author"),
            (AUTHOR, "Ada Author"),
            (COLLEAGUE, "Cole League"),
            (DOCTOR, "Dr Dee Doctor"),
        ] {
            let person = people::by_email(&world.app.db, email).await.unwrap();
            browsers.push(Browser {
                visitor: world.signed_in(email).await,
                person: person.unwrap().id,
                name,
                writes_part_c: email == DOCTOR,
                seen: BTreeMap::new(),
                conflicts: vec![],
            });
        }
        let report = browsers[0].visitor.begin(&world.patient).await;
        browsers[0].visitor.write_report(&report).await;
        let mut walk = Self {
            peek: Peek::into(&world).await,
            world,
            chance: Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            report,
            life: Lifecycle::begin(browsers[0].person.clone()),
            browsers,
            manager,
            stands: BTreeMap::new(),
            tally: Tally::default(),
        };
        walk.stands = walk.stored().await;
        walk
    }

    /// The answers as the database has them.
    async fn stored(&mut self) -> BTreeMap<Key, (u32, Fields)> {
        let rows = self.peek.answers().await;
        let each = rows.into_iter().map(|(question, row, version, fields)| {
            let fields: Fields = serde_json::from_str(&fields).unwrap();
            ((question, row), (u32::try_from(version).unwrap(), fields))
        });
        each.collect()
    }

    async fn life_stored(&mut self) -> Lifecycle {
        let (state, author, approved_by, reconfirm_part_c) = self.peek.life().await;
        Lifecycle {
            state: State::named(&state).unwrap(),
            author: PersonId::parse(&author).unwrap(),
            approved_by: approved_by.map(|id| PersonId::parse(&id).unwrap()),
            reconfirm_part_c,
            owed: Owed::default(),
        }
    }

    fn path(&self, section: usize) -> String {
        format!("{}/sections/{}", self.report, SECTIONS[section].0)
    }

    /// A section that this browser's person writes.
    fn section(&mut self, who: usize) -> usize {
        if self.browsers[who].writes_part_c {
            CLINICAL
        } else {
            self.chance.below(CLINICAL)
        }
    }

    /// Loads a page. What it shows is what stands.
    async fn read(&mut self, who: usize, section: usize) {
        let path = self.path(section);
        let page = self.browsers[who].visitor.get(&path).await;
        if page.status != 200 {
            assert_eq!(page.status, 303, "{}", page.body);
            return;
        }
        for asked in SECTIONS[section].1 {
            let key = key_of(asked);
            let stands = self.stands.get(&key).cloned().unwrap_or_default();
            let version = page.value(&format!("version/{}/{}", key.0, key.1));
            assert_eq!(version, stands.0.to_string(), "{key:?}");
            for text in texts(&stands.1) {
                assert!(
                    page.body.contains(text.as_str()),
                    "{key:?} does not show {text}"
                );
            }
            self.browsers[who].seen.insert(key, stands);
        }
    }

    /// New words for an answer.
    fn typed(&mut self, who: usize, asked: &Asked, step: usize) -> Fields {
        let mut fields = Fields::new();
        for text in asked.texts {
            let words = format!("Words {step} of {who} on {} {}.", asked.key.0, asked.key.1);
            fields.insert((*text).to_owned(), words);
        }
        if let Some((name, options)) = asked.choice {
            fields.insert(name.to_owned(), (*self.chance.of(options)).to_owned());
        }
        fields
    }

    /// Presses the button of a section: what was not typed anew is posted as the page had it.
    async fn press(&mut self, who: usize, section: usize, step: usize) {
        let mut posted = Vec::new();
        for asked in SECTIONS[section].1 {
            let Some((version, fields)) = self.browsers[who].seen.get(&key_of(asked)).cloned()
            else {
                return self.read(who, section).await;
            };
            let fields = if self.chance.below(2) == 0 {
                self.typed(who, asked, step)
            } else {
                fields
            };
            posted.push((key_of(asked), version, fields));
        }
        self.post(who, section, posted).await;
    }

    /// Settles a conflict: one text, the other, or both, from the page that showed them.
    async fn settle(&mut self, who: usize) {
        let Some((section, key, mine, theirs)) = self.browsers[who].conflicts.pop() else {
            return;
        };
        let (version, _) = self.browsers[who].seen[&key].clone();
        let mut fields = if self.chance.below(2) == 0 {
            theirs.clone()
        } else {
            mine.clone()
        };
        if self.chance.below(3) == 0 {
            for (name, text) in &mut fields {
                if ["text", "detail", "evidence.text"].contains(&name.as_str()) {
                    *text = format!(
                        "{} {}",
                        mine.get(name).map_or("", |t| t),
                        theirs.get(name).map_or("", |t| t)
                    );
                }
            }
        }
        self.tally.settled += 1;
        self.post(who, section, vec![(key, version, fields)]).await;
    }

    /// Whether this person may save now, by the rules; then what the report's life is after a change.
    fn open(&self, who: usize) -> Option<Lifecycle> {
        let browser = &self.browsers[who];
        let step = if browser.writes_part_c {
            Step::EditPartC
        } else {
            Step::EditReport
        };
        self.life.take(step, &browser.person).ok()
    }

    /// What the model says of a save: what is taken, and what stands in the way of the rest.
    fn expected(&self, posted: &[(Key, u32, Fields)]) -> (Vec<Taken>, Vec<Differs>) {
        let (mut taken, mut conflicts) = (Vec::new(), Vec::new());
        for (key, seen, fields) in posted {
            let (version, theirs) = self.stands.get(key).cloned().unwrap_or_default();
            if theirs == *fields {
                continue;
            }
            if version == *seen {
                taken.push((key.clone(), fields.clone()));
            } else {
                conflicts.push((key.clone(), fields.clone(), theirs));
            }
        }
        (taken, conflicts)
    }

    fn take(&mut self, taken: &[(Key, Fields)], next: Lifecycle) {
        for (key, fields) in taken {
            let stands = self.stands.entry(key.clone()).or_default();
            *stands = (stands.0 + 1, fields.clone());
            self.tally.saved += 1;
        }
        if !taken.is_empty() {
            let voided = self.life.approved_by.is_some() && next.approved_by.is_none();
            self.tally.voided += usize::from(voided);
            self.life = next;
        }
    }

    async fn post(&mut self, who: usize, section: usize, posted: Vec<(Key, u32, Fields)>) {
        let pairs = pairs(&posted);
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        let path = self.path(section);
        let page = self.browsers[who].visitor.post(&path, &pairs).await;
        let shown = |page: &Page, fields: &Fields| {
            for text in texts(fields) {
                assert!(
                    page.body.contains(text.as_str()),
                    "{text} is gone: {}",
                    page.status
                );
            }
        };
        let Some(next) = self.open(who) else {
            self.tally.closed += 1;
            assert_eq!(page.status, 409, "closed");
            for (_, _, fields) in &posted {
                shown(&page, fields);
            }
            return;
        };
        let (taken, conflicts) = self.expected(&posted);
        self.take(&taken, next);
        if conflicts.is_empty() {
            // 422: saved, and something else in the section is missing.
            assert!(
                [303, 422].contains(&page.status.as_u16()),
                "{}",
                page.status
            );
            // Sometimes people go back to the page that they came from, with its old versions.
            if self.chance.below(3) > 0 {
                self.see(who, posted.into_iter().map(|(key, _, _)| key));
            }
            return;
        }
        assert_eq!(page.status, 409, "a conflict");
        self.tally.conflicts += conflicts.len();
        for (key, mine, theirs) in conflicts {
            shown(&page, &mine);
            shown(&page, &theirs);
            let version = page.value(&format!("version/{}/{}", key.0, key.1));
            assert_eq!(version, self.stands[&key].0.to_string(), "{key:?}");
            let browser = &mut self.browsers[who];
            browser
                .seen
                .insert(key.clone(), (version.parse().unwrap(), mine.clone()));
            browser.conflicts.push((section, key, mine, theirs));
        }
        self.see(who, taken.into_iter().map(|(key, _)| key));
    }

    /// A browser's page has what stands.
    fn see(&mut self, who: usize, keys: impl Iterator<Item = Key>) {
        for key in keys {
            if let Some(stands) = self.stands.get(&key) {
                self.browsers[who].seen.insert(key, stands.clone());
            }
        }
    }

    /// One answer saves itself. What is not taken stays in the browser's page.
    async fn autosave(&mut self, who: usize, section: usize, step: usize) {
        let asked = self.chance.of(SECTIONS[section].1);
        let Some((version, _)) = self.browsers[who].seen.get(&key_of(asked)).cloned() else {
            return self.read(who, section).await;
        };
        let posted = vec![(key_of(asked), version, self.typed(who, asked, step))];
        let pairs = pairs(&posted);
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        let (action, typed) = (self.path(section), encode(&pairs));
        let form = [("action", action.as_str()), ("typed", typed.as_str())];
        let page = self.browsers[who]
            .visitor
            .post("/api/autosave", &form)
            .await;
        let told = page.body.split('"').nth(1).unwrap_or_default().to_owned();
        let Some(next) = self.open(who) else {
            self.tally.closed += 1;
            assert_eq!(told, "Refused", "{}", page.body);
            return;
        };
        let (taken, conflicts) = self.expected(&posted);
        let expected = if conflicts.is_empty() {
            "Saved"
        } else {
            "ChangedByOther"
        };
        assert_eq!(told, expected, "{}", page.body);
        self.take(&taken, next);
        self.tally.conflicts += conflicts.len();
        if conflicts.is_empty() {
            self.see(who, posted.into_iter().map(|(key, _, _)| key));
        } else {
            // The words stay in the box, on the version that the page was made from.
            let (key, version, fields) = posted.into_iter().next().unwrap();
            self.browsers[who].seen.insert(key, (version, fields));
        }
    }

    /// Somebody signs, returns, approves or takes over. Whether they may is the rules' to say, and tested
    /// elsewhere; here it must lose nothing.
    async fn move_on(&mut self, who: usize) {
        let report = self.report.clone();
        let path = |step: &str| format!("{report}/{step}");
        // Half of the time what is next in the report's life, half of the time anything.
        let next = match self.life.state {
            State::WithManager | State::SecondLook => 2 + self.chance.below(2),
            State::FinalCheck => 4,
            _ => 0,
        };
        let (who, what) = if self.chance.below(2) == 0 {
            (self.may_write(who), next)
        } else {
            (who, self.chance.below(5))
        };
        match what {
            0 | 1 => {
                let browser = &mut self.browsers[who];
                if browser.writes_part_c {
                    browser
                        .visitor
                        .sign(&path("part-c/sign"), browser.name, &[])
                        .await;
                } else {
                    let shown = browser.visitor.get(&path("sign")).await;
                    let asked = controls(&shown.body);
                    let replies = asked.iter().filter(|(name, _)| name.starts_with("reply/"));
                    let replies = replies.map(|(name, _)| (name.as_str(), "Put right."));
                    let more: Vec<_> = FACTS.into_iter().chain(replies).collect();
                    browser
                        .visitor
                        .sign(&path("sign"), browser.name, &more)
                        .await;
                }
            }
            2 => {
                let comment = [
                    ("decision", "return"),
                    ("comment/contact-summary", "Say more"),
                ];
                self.manager.sign(&path("review"), "", &comment).await;
            }
            3 => {
                let approve = [("decision", "approve")];
                self.manager
                    .sign(&path("review"), "Mo Manager", &approve)
                    .await;
            }
            _ => {
                let password = [("password", PASSWORD)];
                self.browsers[who]
                    .visitor
                    .post(&path("take-over"), &password)
                    .await;
            }
        }
        self.life = self.life_stored().await;
    }

    /// Somebody who may write now: this one, or the next who may.
    fn may_write(&self, who: usize) -> usize {
        let all = self.browsers.len();
        let mut others = (0..all).map(|n| (who + n) % all);
        others.find(|&who| self.open(who).is_some()).unwrap_or(who)
    }

    /// Takes a step, and holds the database against the model.
    async fn step(&mut self, step: usize) {
        let who = self.chance.below(self.browsers.len());
        // Mostly somebody who may write now, sometimes somebody who may not.
        let who = if self.chance.below(4) > 0 {
            self.may_write(who)
        } else {
            who
        };
        let section = self.section(who);
        let versions = self.stands.iter().map(|(k, (v, _))| (k.clone(), *v));
        let before: BTreeMap<Key, u32> = versions.collect();
        match self.chance.below(20) {
            0..=3 => self.read(who, section).await,
            4..=9 => self.press(who, section, step).await,
            10..=14 => self.autosave(who, section, step).await,
            15..=17 => self.settle(who).await,
            _ => self.move_on(who).await,
        }
        let stored = self.stored().await;
        assert_eq!(stored, self.stands, "the answers are not the model's");
        assert_eq!(
            self.life_stored().await,
            self.life,
            "nor is the report's life"
        );
        for (key, version) in before {
            assert!(self.stands[&key].0 >= version, "{key:?} went back");
        }
        self.tally.states.insert(self.life.state);
        self.tally.authors.insert(self.life.author.to_string());
    }
}

/// So many steps from a seed.
pub async fn walk(database: &str, seed: u64, steps: usize) {
    let mut walk = Walk::begin(database, seed).await;
    for step in 0..steps {
        let _at = At(database, seed, step);
        walk.step(step).await;
    }
    let tally = &walk.tally;
    println!("{database}, seed {seed}, {steps} steps: {tally:?}");
    let counted = walk
        .world
        .count("select count(*) from audit where action = 'edit-voids-approval'");
    assert_eq!(
        counted.await,
        i64::try_from(tally.voided).unwrap(),
        "{tally:?}"
    );
    for (what, often) in [
        ("saved", tally.saved / 5),
        ("conflicts", tally.conflicts),
        ("settled", tally.settled),
        ("closed", tally.closed),
    ] {
        assert!(often * 50 > steps, "{what} is rare: {tally:?}");
    }
    assert!(tally.voided > 0 && tally.states.len() >= 5, "{tally:?}");
    assert_eq!(tally.authors.len(), 2, "{tally:?}");
}

#[tokio::test]
async fn no_text_is_lost_whoever_writes_what_in_any_order() {
    walk("sqlite", 1, 1_000).await;
}

#[tokio::test]
async fn no_text_is_lost_whoever_writes_what_in_any_order_on_postgres() {
    walk("postgres", 2, 1_000).await;
}
