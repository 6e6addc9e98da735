//! What the clock says where the buyer is.

use jiff::tz::TimeZone;

use crate::{clock, situation::Situation};

/// The contact's attribute by which a caller names the zone: `Europe/Berlin`.
const ATTRIBUTE: &str = "timezone";
/// Attributes that name a place.
const PLACES: [&str; 3] = ["city", "region", "country"];

/// Zones by country. Of a wide country its first and its last: what is day in both is day in between.
const ZONES: &[(&str, &[&str])] = &[
    ("AE", &["Asia/Dubai"]),
    ("AR", &["America/Argentina/Buenos_Aires"]),
    ("AT", &["Europe/Vienna"]),
    ("AU", &["Australia/Sydney", "Australia/Perth"]),
    ("BD", &["Asia/Dhaka"]),
    ("BE", &["Europe/Brussels"]),
    ("BR", &["America/Sao_Paulo", "America/Manaus"]),
    ("CA", &["America/Halifax", "America/Vancouver"]),
    ("CH", &["Europe/Zurich"]),
    ("CL", &["America/Santiago"]),
    ("CN", &["Asia/Shanghai"]),
    ("CO", &["America/Bogota"]),
    ("CZ", &["Europe/Prague"]),
    ("DE", &["Europe/Berlin"]),
    ("DK", &["Europe/Copenhagen"]),
    ("DZ", &["Africa/Algiers"]),
    ("EC", &["America/Guayaquil"]),
    ("EG", &["Africa/Cairo"]),
    ("ES", &["Europe/Madrid"]),
    ("ET", &["Africa/Addis_Ababa"]),
    ("FI", &["Europe/Helsinki"]),
    ("FR", &["Europe/Paris"]),
    ("GB", &["Europe/London"]),
    ("GH", &["Africa/Accra"]),
    ("GR", &["Europe/Athens"]),
    ("HK", &["Asia/Hong_Kong"]),
    ("HU", &["Europe/Budapest"]),
    ("ID", &["Asia/Jakarta", "Asia/Jayapura"]),
    ("IE", &["Europe/Dublin"]),
    ("IL", &["Asia/Jerusalem"]),
    ("IN", &["Asia/Kolkata"]),
    ("IQ", &["Asia/Baghdad"]),
    ("IR", &["Asia/Tehran"]),
    ("IT", &["Europe/Rome"]),
    ("JP", &["Asia/Tokyo"]),
    ("KE", &["Africa/Nairobi"]),
    ("KH", &["Asia/Phnom_Penh"]),
    ("KR", &["Asia/Seoul"]),
    ("KW", &["Asia/Kuwait"]),
    ("KZ", &["Asia/Almaty"]),
    ("LK", &["Asia/Colombo"]),
    ("MA", &["Africa/Casablanca"]),
    ("MM", &["Asia/Yangon"]),
    ("MO", &["Asia/Macau"]),
    ("MX", &["America/Mexico_City", "America/Tijuana"]),
    ("MY", &["Asia/Kuala_Lumpur"]),
    ("NG", &["Africa/Lagos"]),
    ("NL", &["Europe/Amsterdam"]),
    ("NO", &["Europe/Oslo"]),
    ("NZ", &["Pacific/Auckland"]),
    ("PE", &["America/Lima"]),
    ("PH", &["Asia/Manila"]),
    ("PK", &["Asia/Karachi"]),
    ("PL", &["Europe/Warsaw"]),
    ("PT", &["Europe/Lisbon"]),
    ("QA", &["Asia/Qatar"]),
    ("RO", &["Europe/Bucharest"]),
    ("RU", &["Europe/Moscow", "Asia/Vladivostok"]),
    ("SA", &["Asia/Riyadh"]),
    ("SE", &["Europe/Stockholm"]),
    ("SG", &["Asia/Singapore"]),
    ("TH", &["Asia/Bangkok"]),
    ("TR", &["Europe/Istanbul"]),
    ("TW", &["Asia/Taipei"]),
    ("TZ", &["Africa/Dar_es_Salaam"]),
    ("UA", &["Europe/Kyiv"]),
    ("US", &["America/New_York", "America/Los_Angeles"]),
    ("UZ", &["Asia/Tashkent"]),
    ("VN", &["Asia/Ho_Chi_Minh"]),
    ("ZA", &["Africa/Johannesburg"]),
];

/// The zones in all of which it must be day: the buyer's as far as it is known, else the shop's.
pub(super) fn of_buyer(situation: &Situation<'_>) -> Vec<TimeZone> {
    let contact = situation.contact;
    if let Some(zone) = contact.attributes.get(ATTRIBUTE).and_then(|name| TimeZone::get(name.trim()).ok()) {
        return vec![zone];
    }
    let region = contact.profile.fact("region").and_then(|fact| fact.value.as_str());
    let named = PLACES.iter().filter_map(|key| contact.attributes.get(*key).map(String::as_str));
    // Where the goods go is where the buyer is, as long as he says nothing else.
    let destination = contact.requirement.destination.as_ref().map(|slot| slot.value.as_str());
    let places = &situation.knowledge.places;
    let country = named.chain(region).chain(destination).find_map(|name| places.place(name).country());
    let zones = country.and_then(|code| {
        let at = ZONES.binary_search_by(|(known, _)| (*known).cmp(code)).ok()?;
        let zones: Vec<TimeZone> = ZONES[at].1.iter().filter_map(|name| TimeZone::get(name).ok()).collect();
        (!zones.is_empty()).then_some(zones)
    });
    zones.unwrap_or_else(|| vec![clock::zone(&situation.knowledge.shop.timezone)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_stands_once_in_order_with_zones_that_exist() {
        assert!(ZONES.is_sorted_by(|left, right| left.0 < right.0));
        for name in ZONES.iter().flat_map(|(_, zones)| *zones) {
            assert!(TimeZone::get(name).is_ok(), "{name}");
        }
    }
}
