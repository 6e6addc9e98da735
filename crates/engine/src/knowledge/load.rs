//! Files to checked tables.
//!
//! To add a section, add it to [`SECTIONS`] and to `Tables::section`, and give it a reader in a module of its own.

use std::{collections::HashMap, fmt::Write as _};

use domain::{
    Timestamp,
    catalog::{BusinessHours, Calendar, Faq, Product, Routing, Shop, ShopIntent, Term},
    language::LocalizedText,
    money::Currency,
};
use sha2::{Digest as _, Sha256};

use super::{
    CompiledScript, Knowledge, LeadSettings, PriceList, QuoteSettings, RecommendationSettings, advertising,
    authority,
    follow_ups::{self, WrittenFollowUps},
    price_list::{self, NamedProduct},
    product::{self, ProductCost},
    quotes, references,
    rule::{self, ReadRule},
    settings::{self, NamedIntent},
    shop,
    table::{Once, Table},
    talk, terms, validity,
};
use crate::authority::{Authority, Costs, outcome};
use crate::document::{self, Fields, Node, Place, Problem, Problems};
use crate::reply::template::placeholders;

/// One file of a shop's knowledge folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative to the folder, with `/` between its parts.
    pub path: String,
    pub text: Vec<u8>,
}

/// What became of a folder.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// `None` where there is any error.
    pub knowledge: Option<Knowledge>,
    /// Errors and warnings by file, line and column.
    pub problems: Vec<Problem>,
}

/// What the product brings along; the shop's own stands over it.
const DEFAULT_PACK: [(&str, &str); 5] = [
    ("packs/default/attributes.yaml", include_str!("../../../../packs/default/attributes.yaml")),
    ("packs/default/follow_ups.yaml", include_str!("../../../../packs/default/follow_ups.yaml")),
    ("packs/default/rules.yaml", include_str!("../../../../packs/default/rules.yaml")),
    ("packs/default/templates.yaml", include_str!("../../../../packs/default/templates.yaml")),
    ("packs/default/units.yaml", include_str!("../../../../packs/default/units.yaml")),
];

/// Reads the YAML files of a folder (others are left alone) over the default pack. A folder with any error gives no knowledge;
/// all its problems are told at once.
pub fn load(files: &[SourceFile]) -> Loaded {
    load_on(files, None)
}

/// The same, with a warning for each price, list, rate and answer whose time is over at `now`.
pub fn load_on(files: &[SourceFile], now: Option<Timestamp>) -> Loaded {
    let mut problems = Problems::default();
    let mut files: Vec<(&str, &[u8])> = files
        .iter()
        .filter(|file| is_read(&file.path))
        .map(|file| (file.path.as_str(), file.text.as_slice()))
        .collect();
    files.sort_unstable();
    let defaults = Tables::read(DEFAULT_PACK.map(|(path, text)| (path, text.as_bytes())), &mut problems);
    let shop = Tables::read(files.iter().copied(), &mut problems);
    references::check(&shop, &mut problems);
    advertising::check(&shop, &mut problems);
    validity::check(&shop, now, &mut problems);
    let mut knowledge = assemble(shop, defaults, &mut problems);
    knowledge.digest = digest(&files);
    let complete = !problems.has_errors();
    Loaded { knowledge: complete.then_some(knowledge), problems: problems.into_list() }
}

fn is_read(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    !name.starts_with('.') && matches!(extension, Some("yaml" | "yml"))
}

/// Of names and contents, so that no two folders that differ share one.
fn digest(files: &[(&str, &[u8])]) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        for part in [path.as_bytes(), *text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// All that a set of files says, with places, before the files are checked against each other.
pub(super) struct Tables {
    pub shop: Once<Shop>,
    pub calendar: Once<Calendar>,
    pub business_hours: Once<Option<BusinessHours>>,
    pub routing: Once<Routing>,
    pub authority: Once<Authority>,
    pub recommendation: Once<RecommendationSettings>,
    pub leads: Once<LeadSettings>,
    pub quotes: Once<QuoteSettings>,
    pub follow_ups: Once<WrittenFollowUps>,
    pub units: Table<Term>,
    pub industries: Table<Term>,
    pub rivals: Table<Term>,
    pub categories: Table<Term>,
    pub attributes: Table<Term>,
    pub products: Table<Product>,
    pub price_lists: Table<PriceList>,
    pub faqs: Table<Faq>,
    pub scripts: Table<CompiledScript>,
    pub rules: Table<ReadRule>,
    pub intents: Table<ShopIntent>,
    /// Under which intent an example stands.
    pub examples: HashMap<String, String>,
    pub templates: Table<(String, LocalizedText)>,
    /// Intents that teams take.
    pub routed_intents: Vec<NamedIntent>,
    /// Categories and products that teams look after.
    pub routed_goods: Vec<NamedIntent>,
    /// Products that price lists name.
    pub listed_products: Vec<NamedProduct>,
    /// Price lists that the section `authority` names.
    pub named_lists: Vec<NamedProduct>,
    /// Intents that its rules of autonomy name.
    pub autonomy_intents: Vec<NamedIntent>,
    pub costs: Vec<ProductCost>,
}

const SECTIONS: [&str; 21] = [
    "shop",
    "calendar",
    "units",
    "industries",
    "rivals",
    "categories",
    "attributes",
    "products",
    "price_lists",
    "faqs",
    "sales_scripts",
    "rules",
    "authority",
    "routing",
    "intents",
    "templates",
    "recommendation",
    "leads",
    "quotes",
    "follow_ups",
    "business_hours",
];

impl Tables {
    fn read<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>, problems: &mut Problems) -> Self {
        let mut tables = Self {
            shop: Once::default(),
            calendar: Once::default(),
            business_hours: Once::default(),
            routing: Once::default(),
            authority: Once::default(),
            recommendation: Once::default(),
            leads: Once::default(),
            quotes: Once::default(),
            follow_ups: Once::default(),
            units: Table::new("unit"),
            industries: Table::new("industry"),
            rivals: Table::new("rival"),
            categories: Table::new("category"),
            attributes: Table::new("attribute"),
            products: Table::new("product"),
            price_lists: Table::new("price list"),
            faqs: Table::new("FAQ"),
            scripts: Table::new("script"),
            rules: Table::new("rule"),
            intents: Table::new("intent"),
            examples: HashMap::new(),
            templates: Table::new("template"),
            routed_intents: Vec::new(),
            routed_goods: Vec::new(),
            listed_products: Vec::new(),
            named_lists: Vec::new(),
            autonomy_intents: Vec::new(),
            costs: Vec::new(),
        };
        let roots: Vec<Node> =
            files.into_iter().filter_map(|(path, text)| document::parse(path, text, problems)).collect();
        // Money is in the shop's currency, whichever file names it.
        for node in roots.iter().filter_map(|root| root.get("shop")).filter(|node| !node.is_null()) {
            let value = shop::shop(node, problems);
            tables.shop.set("shop", value, node.place, problems);
        }
        let currency = tables.shop.value.currency;
        for root in &roots {
            let Some(mut fields) = Fields::new(root, problems) else { continue };
            for section in SECTIONS {
                fields.optional(section, |node, problems| {
                    tables.section(section, node, currency, problems);
                    Some(())
                });
            }
            fields.finish();
        }
        tables
    }

    fn section(&mut self, section: &str, node: &Node, currency: Currency, problems: &mut Problems) {
        let place = node.place;
        match section {
            // Read before all others.
            "shop" => {}
            "calendar" => {
                let value = shop::calendar(node, problems);
                self.calendar.set(section, value, place, problems);
            }
            "business_hours" => {
                let value = shop::business_hours(node, problems);
                self.business_hours.set(section, Some(value), place, problems);
            }
            "routing" => {
                let value =
                    settings::routing(node, &mut self.routed_intents, &mut self.routed_goods, problems);
                self.routing.set(section, value, place, problems);
            }
            "authority" => {
                let value =
                    authority::read(node, &mut self.named_lists, &mut self.autonomy_intents, problems);
                self.authority.set(section, value, place, problems);
            }
            "recommendation" => {
                let value = settings::recommendation(node, problems);
                self.recommendation.set(section, value, place, problems);
            }
            "leads" => {
                let value = settings::leads(node, problems);
                self.leads.set(section, value, place, problems);
            }
            "quotes" => {
                let value = quotes::read(node, currency, problems);
                self.quotes.set(section, value, place, problems);
            }
            "follow_ups" => {
                let value = follow_ups::read(node, problems);
                self.follow_ups.set(section, value, place, problems);
            }
            "templates" => {
                node.entries(
                    |entry, problems| talk::template(entry, &mut self.templates, problems),
                    problems,
                );
            }
            _ => {
                node.list(|item, problems| self.row(section, item, currency, problems), problems);
            }
        }
    }

    fn row(&mut self, section: &str, item: &Node, currency: Currency, problems: &mut Problems) -> Option<()> {
        match section {
            "units" => terms::read(item, &mut self.units, problems),
            "industries" => terms::read(item, &mut self.industries, problems),
            "rivals" => terms::read(item, &mut self.rivals, problems),
            "categories" => terms::read(item, &mut self.categories, problems),
            "attributes" => terms::read(item, &mut self.attributes, problems),
            "products" => product::read(item, currency, &mut self.products, &mut self.costs, problems),
            "price_lists" => {
                price_list::read(item, currency, &mut self.price_lists, &mut self.listed_products, problems)
            }
            "faqs" => talk::faq(item, &mut self.faqs, problems),
            "sales_scripts" => talk::script(item, &mut self.scripts, problems),
            "rules" => rule::read(item, &mut self.rules, problems),
            "intents" => talk::intent(item, &mut self.intents, &mut self.examples, problems),
            _ => None,
        }
    }
}

/// Lays the shop's tables over the default ones.
fn assemble(shop: Tables, defaults: Tables, problems: &mut Problems) -> Knowledge {
    let rules = references::merged_rules(&shop, &defaults, problems);
    let outcomes: Vec<(Place, String, LocalizedText)> = shop
        .templates
        .rows
        .iter()
        .filter(|row| row.value.0.starts_with("approval.") && placeholders(&row.value.0) == Some(&[]))
        .map(|row| (row.place, row.value.0.clone(), row.value.1.clone()))
        .collect();
    let mut templates: std::collections::BTreeMap<String, LocalizedText> =
        defaults.templates.into_values().into_iter().collect();
    let default_words: Vec<Option<LocalizedText>> =
        outcomes.iter().map(|(_, key, _)| templates.get(key).cloned()).collect();
    templates.extend(shop.templates.into_values());
    let products = shop.products.into_values();
    let mut categories = terms::merge(shop.categories.into_values(), defaults.categories.into_values());
    let mut attributes = terms::merge(shop.attributes.into_values(), defaults.attributes.into_values());
    let used_categories = products.iter().filter_map(|product| product.category.as_deref());
    terms::add_implied(&mut categories, used_categories);
    let used_attributes =
        products.iter().flat_map(|product| &product.specs).map(|spec| spec.attribute.as_str());
    terms::add_implied(&mut attributes, used_attributes);
    let mut knowledge = Knowledge {
        shop: shop.shop.value,
        calendar: shop.calendar.value,
        business_hours: shop.business_hours.value,
        units: terms::merge(shop.units.into_values(), defaults.units.into_values()),
        rivals: shop.rivals.into_values(),
        industries: terms::merge(shop.industries.into_values(), defaults.industries.into_values()),
        categories,
        attributes,
        products,
        faqs: shop.faqs.into_values(),
        scripts: shop.scripts.into_values(),
        rules,
        price_lists: shop.price_lists.into_values(),
        templates,
        authority: shop.authority.value,
        costs: Costs::new(shop.costs),
        routing: shop.routing.value,
        recommendation: shop.recommendation.value,
        leads: shop.leads.value,
        quotes: shop.quotes.value,
        follow_ups: follow_ups::merge(shop.follow_ups.value, defaults.follow_ups.value),
        intents: shop.intents.into_values(),
        ..Knowledge::default()
    };
    knowledge.index();
    for ((place, key, words), default) in outcomes.into_iter().zip(default_words) {
        // Said by nobody, it would leave the buyer without a word when his request runs out: the words of the product stand in. Earlier
        // versions took such templates, and a shop's knowledge of then is read still.
        if let Some(figure) = outcome::withheld(&knowledge, &words) {
            problems.warning(
                place,
                format!(
                    "the template `{key}` says “{figure}”, which no fact issues there; the usual words are said instead"
                ),
                Some(
                    "leave the figure out; who is asked, and by when, is for `authority` and `routing` to say"
                        .to_owned(),
                ),
            );
            knowledge.templates.extend(default.map(|words| (key, words)));
        }
    }
    knowledge
}
