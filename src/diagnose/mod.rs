//! From evidence and a question to a diagnosis.

pub mod asking;
pub mod cause;
pub mod causes;
pub mod circumstances;
pub mod diagnosis;
pub mod fix;
pub mod grant;
pub mod judgement;
pub mod layers;
pub mod legacy;
pub mod mfa;
pub mod oddity;
pub mod outcome;
pub mod question;
pub mod remedy;
pub mod requirement;
pub mod value;
pub mod wait;
pub mod way;
