//! Saves a page a second after the last key and tells the truth about it.
//!
//! It never says "Saved" unless the server committed, and after a conflict it stops saving so that
//! nothing is overwritten. Without scripts the page's own button does the same work.
#![expect(
    missing_docs,
    reason = "the island macro makes structs that cannot be documented"
)]

#[cfg(feature = "hydrate")]
use crate::api::autosave::{Outcome, autosave};
use leptos::prelude::*;

/// What the status line says.
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "the server only ever says nothing")
)]
#[derive(Debug, Clone, PartialEq, Eq)]
enum Status {
    Idle,
    Unsaved,
    Saving,
    Saved(String),
    NotSaved(String),
    SignedOut,
    Conflict(String),
}

impl Status {
    fn words(&self) -> String {
        match self {
            Self::Idle => String::new(),
            Self::Unsaved => "Not saved yet".into(),
            Self::Saving => "Saving…".into(),
            Self::Saved(at) => format!("Saved at {at}"),
            Self::NotSaved(why) => format!("Not saved – keep this page open. {why}. Trying again."),
            Self::SignedOut => "Not saved – keep this page open. You have been signed out: press “Save and continue” to sign in again with your text kept.".into(),
            Self::Conflict(name) => format!("Changed by {name} – your text is not saved. Press “Save and continue” to see both texts."),
        }
    }

    fn class(&self) -> &'static str {
        match self {
            Self::Idle => "saving-status-idle",
            Self::Unsaved => "saving-status saving-status--unsaved",
            Self::Saving => "saving-status saving-status--saving",
            Self::Saved(_) => "saving-status saving-status--saved",
            Self::NotSaved(_) | Self::SignedOut => "saving-status saving-status--failed",
            Self::Conflict(_) => "saving-status saving-status--conflict",
        }
    }
}

/// The status line of a form, and the saving behind it.
#[island]
pub fn AutosaveStatus(
    /// Id of the form element.
    form: String,
    /// Where the form goes.
    action: String,
) -> impl IntoView {
    let status = RwSignal::new(Status::Idle);
    #[cfg(feature = "hydrate")]
    browser::start(form, action, status);
    #[cfg(not(feature = "hydrate"))]
    let _ = (form, action);
    view! { <div role="status" aria-live="polite" class=move || status.get().class()>{move || status.get().words()}</div> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::{Outcome, RwSignal, Status, autosave};
    use leptos::ev;
    use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use leptos::wasm_bindgen::{JsCast, closure::Closure};
    use leptos::web_sys::{
        Element, Event, FormData, HtmlElement, HtmlFormElement, HtmlInputElement,
        HtmlOptionElement, HtmlSelectElement, HtmlTextAreaElement, SubmitEvent, UrlSearchParams,
    };
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::time::Duration;

    /// Wait after the last key.
    const PAUSE: Duration = Duration::from_secs(1);
    /// Wait after a failure.
    const RETRY: Duration = Duration::from_secs(5);
    /// Most that a browser sends while the page goes away, in bytes.
    const KEEPALIVE: usize = 64 * 1024;

    struct Autosave {
        form: HtmlFormElement,
        action: String,
        status: RwSignal<Status>,
        timer: RefCell<Option<TimeoutHandle>>,
        in_flight: Cell<bool>,
        /// An approval was voided by a save from this page.
        voided: Cell<bool>,
        /// The button that was pressed while a save was in flight: pressed again after it.
        pressed: RefCell<Option<HtmlElement>>,
        dirty: Cell<bool>,
        /// After a conflict nothing more is saved from this page but by its button.
        stopped: Cell<bool>,
    }

    pub(super) fn start(form: String, action: String, status: RwSignal<Status>) {
        let Some(element) = document().get_element_by_id(&form) else {
            return;
        };
        let Ok(form) = element.dyn_into::<HtmlFormElement>() else {
            return;
        };
        let autosave = Rc::new(Autosave {
            form,
            action,
            status,
            timer: RefCell::new(None),
            in_flight: Cell::new(false),
            voided: Cell::new(false),
            pressed: RefCell::new(None),
            dirty: Cell::new(false),
            stopped: Cell::new(false),
        });
        let typed = autosave.clone();
        let on_input = Closure::<dyn Fn(Event)>::new(move |_| typed.clone().typed());
        let _ = autosave
            .form
            .add_event_listener_with_callback("input", on_input.as_ref().unchecked_ref());
        on_input.forget();
        let submitted = autosave.clone();
        let on_submit =
            Closure::<dyn Fn(SubmitEvent)>::new(move |event: SubmitEvent| submitted.submit(&event));
        let _ = autosave
            .form
            .add_event_listener_with_callback("submit", on_submit.as_ref().unchecked_ref());
        on_submit.forget();
        let leaving = autosave.clone();
        window_event_listener(ev::pagehide, move |_| leaving.leave());
        let warned = autosave.clone();
        window_event_listener(ev::beforeunload, move |event| {
            let unsaved = matches!(
                warned.status.get_untracked(),
                Status::NotSaved(_) | Status::SignedOut | Status::Conflict(_)
            );
            if warned.dirty.get() && (unsaved || warned.encoded().len() > KEEPALIVE) {
                event.prevent_default();
            }
        });
        // A browser that gives a page its words back when one returns to it would have them saved, older
        // ones over newer. Where nothing saves by itself, without scripts, they are welcome.
        let _ = autosave.form.set_attribute("autocomplete", "off");
        let _ = autosave.form.set_attribute("data-autosave", "ready");
        if autosave.typed_before() {
            autosave.typed();
        }
    }

    impl Autosave {
        fn typed(self: Rc<Self>) {
            self.dirty.set(true);
            if self.stopped.get() {
                return;
            }
            self.status.set(Status::Unsaved);
            self.save_after(PAUSE);
        }

        /// Whether a field says something else than the server sent: words typed before scripts came,
        /// which no listener heard.
        fn typed_before(&self) -> bool {
            let fields = self.form.elements();
            (0..fields.length())
                .filter_map(|n| fields.item(n))
                .any(|field| differs(&field))
        }

        fn save_after(self: Rc<Self>, wait: Duration) {
            if let Some(earlier) = self.timer.borrow_mut().take() {
                earlier.clear();
            }
            let later = self.clone();
            if let Ok(handle) = set_timeout_with_handle(move || later.save(), wait) {
                *self.timer.borrow_mut() = Some(handle);
            }
        }

        /// The button waits for a save in flight: otherwise the form would carry versions that the
        /// save is about to replace, and meet itself as a conflict.
        fn submit(&self, event: &SubmitEvent) {
            if self.in_flight.get() {
                event.prevent_default();
                *self.pressed.borrow_mut() = event.submitter();
            } else {
                self.dirty.set(false);
            }
        }

        fn encoded(&self) -> String {
            let Ok(data) = FormData::new_with_form(&self.form) else {
                return String::new();
            };
            let Ok(params) = UrlSearchParams::new() else {
                return String::new();
            };
            for entry in data.entries().into_iter().flatten() {
                let pair = leptos::web_sys::js_sys::Array::from(&entry);
                if let (Some(name), Some(value)) =
                    (pair.get(0).as_string(), pair.get(1).as_string())
                {
                    params.append(&name, &value);
                }
            }
            String::from(params.to_string())
        }

        fn save(self: Rc<Self>) {
            if self.in_flight.get() || !self.dirty.get() {
                return;
            }
            self.in_flight.set(true);
            self.dirty.set(false);
            self.status.set(Status::Saving);
            spawn_local(async move {
                let typed = self.encoded();
                let outcome = autosave(self.action.clone(), typed).await;
                self.in_flight.set(false);
                let form = self.form.clone();
                let pressed = self.pressed.borrow_mut().take();
                self.answered(outcome);
                if let Some(button) = pressed {
                    let _ = form.request_submit_with_submitter(Some(&button));
                }
            });
        }

        fn answered(self: Rc<Self>, outcome: Result<Outcome, ServerFnError>) {
            match outcome {
                Ok(Outcome::Saved {
                    at,
                    versions,
                    voided,
                }) => {
                    self.voided.set(self.voided.get() || voided);
                    let at = if self.voided.get() {
                        format!(
                            "{at}. This change voided the approval: sign again when you are ready"
                        )
                    } else {
                        at
                    };
                    for (control, version) in versions {
                        self.set_version(&control, version);
                    }
                    if self.dirty.get() {
                        self.status.set(Status::Unsaved);
                        self.save_after(PAUSE);
                    } else {
                        self.status.set(Status::Saved(at));
                    }
                }
                Ok(Outcome::ChangedByOther { name }) => {
                    self.dirty.set(true);
                    self.stopped.set(true);
                    self.status.set(Status::Conflict(name));
                }
                Ok(Outcome::SignedOut) => {
                    self.dirty.set(true);
                    self.status.set(Status::SignedOut);
                    self.save_after(RETRY * 6);
                }
                Ok(Outcome::Refused(why)) => self.failed(why),
                Err(_) => {
                    self.failed("The connection is gone or the service did not answer".into())
                }
            }
        }

        fn failed(self: Rc<Self>, why: String) {
            self.dirty.set(true);
            self.status.set(Status::NotSaved(why));
            self.save_after(RETRY);
        }

        fn set_version(&self, control: &str, version: u32) {
            let inputs = self.form.elements();
            for n in 0..inputs.length() {
                let Some(input) = inputs
                    .item(n)
                    .and_then(|e| e.dyn_into::<HtmlInputElement>().ok())
                else {
                    continue;
                };
                if input.name() == control {
                    input.set_value(&version.to_string());
                }
            }
        }

        /// The page goes away: what is unsaved is sent along, if it fits.
        fn leave(&self) {
            if !self.dirty.get() || self.stopped.get() {
                return;
            }
            let typed = self.encoded();
            if typed.len() > KEEPALIVE {
                return;
            }
            let Ok(params) = UrlSearchParams::new_with_str(&typed) else {
                return;
            };
            params.append("then", "leave");
            let _ = window()
                .navigator()
                .send_beacon_with_opt_url_search_params(&self.form.action(), Some(&params));
        }
    }

    fn differs(field: &Element) -> bool {
        if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
            return area.default_value().is_ok_and(|sent| sent != area.value());
        }
        if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
            return match input.type_().as_str() {
                "radio" | "checkbox" => input.checked() != input.default_checked(),
                // Versions are the page's own, not somebody's words.
                "hidden" => false,
                _ => input.value() != input.default_value(),
            };
        }
        let Some(list) = field.dyn_ref::<HtmlSelectElement>() else {
            return false;
        };
        let options = list.options();
        let options: Vec<HtmlOptionElement> = (0..options.length())
            .filter_map(|n| options.item(n)?.dyn_into().ok())
            .collect();
        // Where no option is marked, a browser shows the first.
        let marked = options.iter().position(HtmlOptionElement::default_selected);
        options.iter().position(HtmlOptionElement::selected) != Some(marked.unwrap_or(0))
    }
}
