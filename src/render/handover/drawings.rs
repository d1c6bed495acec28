//! What to click, drawn: our own drawings, in the colours of the page.

use maud::{Markup, PreEscaped, html};

use crate::diagnose::old_remedy::Actor;
use crate::report::Cause;

/// What it shows, in words, and the drawing.
type Drawing = (&'static str, &'static str);

/// The drawing for a step of a cause, where clicking is needed and the place is known.
pub(super) fn of(cause: &Cause, step: usize) -> Option<Markup> {
    let (title, body) = match cause.code {
        "iam-access-not-activated" => {
            // The last four steps; what stands before them is getting the root user's password.
            let first = cause
                .steps
                .iter()
                .position(|step| step.text.starts_with("Sign in as the root user"))?;
            SWITCH.get(step.checked_sub(first)?)?
        }
        "identity-policy-omits-billing"
        | "only-legacy-actions"
        | "billing-policy-without-cost-explorer"
            if step == 0 && cause.actor == Actor::AccountAdministrator =>
        {
            &ATTACH
        }
        "member-cost-explorer-withheld"
            if cause
                .steps
                .get(step)?
                .text
                .contains("Linked account access") =>
        {
            &LINKED_ACCOUNT_ACCESS
        }
        "cost-explorer-not-enabled"
            if cause
                .steps
                .get(step)?
                .text
                .contains("open Cost Explorer once") =>
        {
            &OPEN_COST_EXPLORER
        }
        _ => return None,
    };
    Some(html! {
        svg viewBox="0 0 320 110" role="img" aria-label=(title) xmlns="http://www.w3.org/2000/svg" {
            (PreEscaped(body))
        }
    })
}

const ATTACH: Drawing = (
    "The page of a user or role in IAM with the button “Add permissions”",
    "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
     <text x='16' y='26' class='b'>IAM: Users or Roles</text><text x='16' y='46' class='q'>the name</text>\
     <text x='16' y='80' class='b'>Permissions policies</text>\
     <rect x='178' y='60' width='126' height='30' rx='15' class='h'/><text x='192' y='80' class='b'>Add permissions</text>\
     <path d='M240 18 L240 52 M234 44 L240 52 L246 44' class='a'/>",
);

const LINKED_ACCOUNT_ACCESS: Drawing = (
    "Cost Management preferences, tab General, with the check box “Linked account access” ticked",
    "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
     <text x='16' y='26' class='b'>Preferences: General</text>\
     <text x='16' y='52' class='q'>Member account permissions</text>\
     <rect x='16' y='66' width='18' height='18' rx='3' class='h'/><path d='M19 75 L24 80 L32 69' class='a'/>\
     <text x='44' y='81' class='b'>Linked account access</text>\
     <path d='M272 75 L226 75 M234 69 L226 75 L234 81' class='a'/>",
);

const OPEN_COST_EXPLORER: Drawing = (
    "The menu of Billing and Cost Management with the entry “Cost Explorer”",
    "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
     <text x='16' y='24' class='q'>Billing and Cost Management</text>\
     <rect x='14' y='38' width='140' height='24' class='h'/><text x='24' y='55' class='b'>Cost Explorer</text>\
     <text x='24' y='80' class='q'>Budgets</text><text x='24' y='99' class='q'>Bills</text>\
     <path d='M208 50 L162 50 M170 44 L162 50 L170 56' class='a'/>",
);

const SWITCH: [Drawing; 4] = [
    (
        "The sign-in page with “Root user” chosen and a field for its e-mail address",
        "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
         <text x='16' y='26' class='b'>Sign in</text>\
         <circle cx='24' cy='48' r='6' class='o'/><circle cx='24' cy='48' r='3' class='f'/>\
         <text x='38' y='53'>Root user</text>\
         <circle cx='150' cy='48' r='6' class='o'/><text x='164' y='53'>IAM user</text>\
         <rect x='16' y='66' width='288' height='28' rx='4' class='o'/>\
         <text x='26' y='85' class='q'>root user's e-mail address</text>",
    ),
    (
        "The menu below the account's name at the top right, with the entry “Account”",
        "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
         <rect x='1' y='1' width='318' height='26' rx='8' class='n'/>\
         <text x='16' y='19' class='i'>AWS</text><text x='218' y='19' class='i'>your-account ▾</text>\
         <rect x='196' y='30' width='112' height='74' class='m'/>\
         <rect x='198' y='34' width='108' height='22' class='h'/><text x='206' y='50' class='b'>Account</text>\
         <text x='206' y='72' class='q'>Organization</text><text x='206' y='92' class='q'>Sign out</text>\
         <path d='M150 45 L190 45 M182 39 L190 45 L182 51' class='a'/>",
    ),
    (
        "The section “IAM user and role access to Billing information” with its button “Edit”",
        "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
         <text x='16' y='28' class='b'>IAM user and role access</text>\
         <text x='16' y='46' class='b'>to Billing information</text>\
         <text x='16' y='78' class='q'>IAM user/role access is</text><text x='16' y='94' class='q'>deactivated.</text>\
         <rect x='244' y='16' width='60' height='28' rx='14' class='h'/><text x='261' y='35' class='b'>Edit</text>\
         <path d='M274 84 L274 52 M268 60 L274 52 L280 60' class='a'/>",
    ),
    (
        "The check box “Activate IAM Access”, ticked, and the button “Update”",
        "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
         <rect x='16' y='22' width='18' height='18' rx='3' class='h'/><path d='M19 31 L24 36 L32 25' class='a'/>\
         <text x='44' y='37' class='b'>Activate IAM Access</text>\
         <rect x='16' y='64' width='84' height='30' rx='15' class='h'/><text x='34' y='84' class='b'>Update</text>\
         <path d='M150 79 L108 79 M116 73 L108 79 L116 85' class='a'/>",
    ),
];
