//! "The 10 kg one": which of the products that were shown side by side a figure means.

use domain::{
    catalog::Product,
    id::ProductId,
    understanding::{EntityKind, EntityValue, Understanding},
};

use crate::{requirement::specification, search::Measure, situation::Situation};

/// Who says more than this describes what he looks for.
const MOST_LETTERS: usize = 30;

/// The one of the products shown that has a figure of the message, where it is the only one and the message names none itself.
pub(crate) fn picked_by_figure<'s>(
    situation: &Situation<'s>,
    understanding: &Understanding,
) -> Option<&'s ProductId> {
    let memory = &situation.conversation.memory;
    let shown: Vec<&'s Product> =
        memory.listed.iter().filter_map(|id| situation.knowledge.product(id)).collect();
    let names = understanding.entities_of(EntityKind::Product).next().is_some();
    if shown.len() < 2 || names || situation.text().chars().count() > MOST_LETTERS {
        return None;
    }
    let figures: Vec<Measure> =
        understanding.entities.iter().filter_map(|entity| figure(&entity.value)).collect();
    let has = |product: &&Product| {
        let measures = product
            .specs
            .iter()
            .filter_map(|spec| Some(Measure::new(spec.number?, spec.unit.as_deref().unwrap_or_default())));
        let mut measures = measures;
        measures.any(|measure| figures.contains(&measure))
    };
    let mut found = shown.into_iter().filter(has);
    match (found.next(), found.next()) {
        (Some(only), None) => Some(&only.id),
        _ => None,
    }
}

/// A number with the unit of a property: 10 kg counts no goods here.
fn figure(value: &EntityValue) -> Option<Measure> {
    match value {
        EntityValue::Quantity(quantity) => {
            let unit = quantity.unit.as_deref().filter(|unit| crate::search::is_unit(unit))?;
            Some(Measure::new(domain::quantity::Thousandths(quantity.thousandths), unit))
        }
        EntityValue::Object(object) => {
            let wanted = specification(object, None)?;
            Some(Measure::new(wanted.number, &wanted.unit))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::turn::scene::Scene;

    fn check(answer: &str, expected: &[&str]) {
        let mut scene = Scene::with_shop(
            "products:\n- {id: C5, name: 臂5, category: servo, price: 5, specs: {payload: 5 kg}}\n\
             - {id: C10, name: 臂10, category: servo, price: 10, specs: {payload: 10 kg, reach: 1.3 m}}\n",
        );
        scene.conversation.memory.listed = vec!["C5".into(), "C10".into()];
        scene.conversation.memory.question = Some(domain::conversation::PendingQuestion {
            about: "product".into(),
            choices: vec!["C5".into(), "C10".into()],
        });
        scene.say("price_inquiry", answer);
        let lines = scene.contact.requirement.lines.iter();
        let lines: Vec<&str> = lines.map(|line| line.product.value.as_str()).collect();
        assert_eq!(lines, expected, "{answer}");
        assert!(scene.contact.requirement.lines.iter().all(|line| line.quantity.is_none()), "{answer}");
        assert_eq!(scene.contact.requirement.quantity, None, "{answer}");
    }

    #[test]
    fn a_figure_picks_the_only_one_that_has_it() {
        check("the [10 kg](quantity:10kg) one", &["C10"]);
        check("[5公斤](quantity:5公斤)的那款", &["C5"]);
        check(
            r#"[1300mm](spec:{"attribute":"reach","comparator":"=","number":1300,"unit":"mm"})那个"#,
            &["C10"],
        );
    }

    #[test]
    fn a_figure_that_none_or_two_have_picks_nothing() {
        let mut scene = Scene::new();
        scene.conversation.memory.listed = vec!["P001".into(), "P008".into()];
        scene.say("price_inquiry", "[7公斤](quantity:7公斤)的");
        assert!(scene.contact.requirement.lines.is_empty());
    }
}
