// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/EquationAccessible.h"

#include "ui/formula/EquationView.h"

#include <QAccessible>
#include <QAccessibleWidget>

namespace formulens {

namespace {

class EquationAccessible final : public QAccessibleWidget
{
public:
    explicit EquationAccessible(EquationView* view) : QAccessibleWidget(view, QAccessible::Equation), m_view(view) { }

    QString text(QAccessible::Text kind) const override
    {
        switch (kind) {
        case QAccessible::Value:
            return m_view->plainText();
        case QAccessible::Name: {
            const QString given = QAccessibleWidget::text(kind);
            return given.isEmpty() ? EquationView::tr("Equation") : given;
        }
        default:
            return QAccessibleWidget::text(kind);
        }
    }

private:
    EquationView* m_view;
};

QAccessibleInterface* makeInterface(const QString&, QObject* object)
{
    auto* view = qobject_cast<EquationView*>(object);
    return view ? new EquationAccessible(view) : nullptr;
}

} // namespace

void makeEquationsAccessible()
{
    static const bool installed = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(installed)
}

} // namespace formulens
