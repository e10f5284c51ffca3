// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/FormulaAnchors.h"
#include "core/base/Numerals.h"
#include "ui/document/ModelLoader.h"

#include <QTest>

using namespace formulens;

/// The XOR example in the neurons form: what its symbols stand for.
class FormulaAnchorsTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        auto loaded = loadModel(QStringLiteral(FORMULENS_SOURCE_DIR "/resources/examples/xor.onnx"));
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
        m_model = loaded->model;
        loaded->session.form = Form::Neurons;
        auto formula = derive(deriveRequest(m_model->network, loaded->session));
        QVERIFY2(formula, formula ? "" : formula.error().message.c_str());
        m_formula = *formula;
        m_notated = notation::notate(m_formula);
        m_equations = m_model->computations->equations(loaded->session.question.selected).value();
    }

    void aNeuronsSymbolsLeadToItAndBack()
    {
        const ElementReference neuron = m_formula.definitions.front().element.value();
        const auto lit = anchorsOf(m_formula, m_notated, {{neuron}, {}});
        QVERIFY(lit.size() >= 2); // where it is defined, and where it is used
        for (const auto anchor : lit)
            QVERIFY(highlightOf(m_formula, *m_model->network, m_notated.anchors[anchor]) == (Highlight{{neuron}, {}}));
    }

    void anInputsSymbolsLeadToItAndBack()
    {
        const auto lit = anchorsOf(m_formula, m_notated, {{}, {1}});
        QVERIFY(!lit.empty());
        for (const auto anchor : lit)
            QVERIFY(highlightOf(m_formula, *m_model->network, m_notated.anchors[anchor]) == (Highlight{{}, {1}}));
    }

    void nothingLitLightsNothing() { QVERIFY(anchorsOf(m_formula, m_notated, {}).empty()); }

    void everyCoefficientSaysWhereItComesFrom()
    {
        int coefficients = 0;
        for (const auto& anchor : m_notated.anchors) {
            const auto* coefficient = std::get_if<notation::CoefficientAnchor>(&anchor);
            if (!coefficient)
                continue;
            ++coefficients;
            const QString words = wordsOn(m_formula, *m_model->network, m_equations.get(), anchor, 4);
            const QString number = QString::fromStdString(shortest(coefficient->value));
            QVERIFY2(words.startsWith(number), qPrintable(words));
            QVERIFY2(words.contains(QStringLiteral("\n= ")), qPrintable(words));
        }
        QVERIFY(coefficients >= 9);
    }

private:
    std::shared_ptr<const Model> m_model;
    std::shared_ptr<const Equations> m_equations;
    Formula m_formula;
    notation::NotatedFormula m_notated;
};

QTEST_MAIN(FormulaAnchorsTest)
#include "FormulaAnchorsTest.moc"
