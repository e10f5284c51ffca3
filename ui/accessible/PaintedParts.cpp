// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/accessible/PaintedParts.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QPointer>
#include <QWidget>

#include <algorithm>
#include <map>

namespace formulens {

namespace {

/// One neuron, cell or curve. Belongs to the widget's interface and knows no more than its number.
class PartAccessible final : public QAccessibleInterface, public QAccessibleActionInterface
{
public:
    PartAccessible(QWidget* widget, std::size_t part) : m_widget(widget), m_part(part) { }

    bool isValid() const override { return parts() && m_part < parts()->partCount(); }
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_widget); }
    QAccessibleInterface* child(int) const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::ListItem; }

    QString text(QAccessible::Text kind) const override
    {
        return isValid() && kind == QAccessible::Name ? parts()->partName(m_part) : QString();
    }
    void setText(QAccessible::Text, const QString&) override { }

    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect place = parts()->partPlace(m_part);
        return {m_widget->mapToGlobal(place.topLeft()), place.size()};
    }

    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.invalid = !isValid();
        state.selectable = true;
        state.selected = isValid() && parts()->isPartSelected(m_part);
        return state;
    }

    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this) : nullptr;
    }

    QStringList actionNames() const override { return {pressAction()}; }
    QStringList keyBindingsForAction(const QString&) const override { return {}; }
    void doAction(const QString& name) override
    {
        if (isValid() && name == pressAction())
            parts()->pressPart(m_part);
    }

    std::size_t part() const { return m_part; }

private:
    PaintedParts* parts() const { return dynamic_cast<PaintedParts*>(m_widget.data()); }

    QPointer<QWidget> m_widget;
    std::size_t m_part;
};

/// Makes interfaces of parts when they are asked for: a graph of 100,000 neurons has only those that somebody visits.
class PartsAccessible final : public QAccessibleWidget
{
public:
    PartsAccessible(QWidget* painted, PaintedParts* parts)
        : QAccessibleWidget(painted, QAccessible::List), m_parts(parts)
    {
    }

    ~PartsAccessible() override
    {
        for (const auto& [part, id] : m_children)
            QAccessible::deleteAccessibleInterface(id);
    }

    int childCount() const override { return static_cast<int>(m_parts->partCount()); }

    QAccessibleInterface* child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        const auto part = static_cast<std::size_t>(index);
        const auto known = m_children.find(part);
        if (known != m_children.end())
            return QAccessible::accessibleInterface(known->second);
        auto* made = new PartAccessible(widget(), part);
        m_children.emplace(part, QAccessible::registerAccessibleInterface(made));
        return made;
    }

    int indexOfChild(const QAccessibleInterface* child) const override
    {
        const auto* part = dynamic_cast<const PartAccessible*>(child);
        return part ? static_cast<int>(part->part()) : -1;
    }

    QAccessibleInterface* childAt(int x, int y) const override
    {
        const QPoint at = widget()->mapFromGlobal(QPoint(x, y));
        for (std::size_t part = 0; part < m_parts->partCount(); ++part)
            if (m_parts->partPlace(part).contains(at))
                return child(static_cast<int>(part));
        return nullptr;
    }

private:
    PaintedParts* m_parts;
    mutable std::map<std::size_t, QAccessible::Id> m_children;
};

QAccessibleInterface* makeInterface(const QString&, QObject* object)
{
    auto* widget = qobject_cast<QWidget*>(object);
    auto* parts = dynamic_cast<PaintedParts*>(object);
    return widget && parts ? new PartsAccessible(widget, parts) : nullptr;
}

} // namespace

void makePartsAccessible()
{
    static const bool installed = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(installed)
}

void announce(QWidget& widget, const QString& text)
{
    widget.setAccessibleDescription(text);
    QAccessibleEvent changed(&widget, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

} // namespace formulens
