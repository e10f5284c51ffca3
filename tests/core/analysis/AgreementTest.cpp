// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/Agreement.h"
#include "core/opening/OpeningQuestion.h"
#include "core/operators/PreparedNetwork.h"
#include "tests/core/PreparedText.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace formulens;

class AgreementTest final : public QObject
{
    Q_OBJECT

private slots:
    // y = 2 x1 - x2, shown as 10 + 3 y.
    void initTestCase()
    {
        m_network = prepared("input x : float32[N, 2]\nW = float32[2, 1]{2, -1}\ny = MatMul(x, W)\noutput y\n");
        m_question = openingQuestion(*m_network).question;
        m_question.outputs[0].scaling = {10, 3};
        m_data.points = {.count = 3, .values = {0, 0, 1, 0, 1, 1}};
        m_data.outputs = {0};
    }

    void ownValuesAgree()
    {
        const auto agreement = compared({10, 16, 13});
        QCOMPARE(agreement.output, 0u);
        QCOMPARE(agreement.largestDifference, 0.0);
        QCOMPARE(agreement.dataRange, 6.0);
        QCOMPARE(agreement.determination, 1.0);
    }

    void theLargestDifferenceIsFound()
    {
        const auto agreement = compared({10, 15.5, 13});
        QCOMPARE(agreement.largestDifference, 0.5);
        QCOMPARE(agreement.share(), 0.5 / 5.5);
    }

    void forgottenScalingShows() { QVERIFY(compared({0, 2, 1}).determination < 0); }

    void aValueThatIsNoNumberIsNotHidden()
    {
        const double none = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(std::isnan(compared({none, 16, 13}).largestDifference));
        QVERIFY(std::isnan(compared({10, 16, none}).largestDifference));
    }

private:
    Agreement compared(std::vector<double> targets)
    {
        m_data.targets = std::move(targets);
        const auto agreements = agreementWith(m_data, m_network, m_question);
        if (!agreements)
            throw std::runtime_error(agreements.error().message);
        return agreements->front();
    }

    std::shared_ptr<const PreparedNetwork> m_network;
    Question m_question;
    DataSet m_data;
};

QTEST_APPLESS_MAIN(AgreementTest)
#include "AgreementTest.moc"
